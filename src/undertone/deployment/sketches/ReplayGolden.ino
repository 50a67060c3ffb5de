// Replays sounds that were recorded with the model, and says whether this board answers as the computer did.
#include <model_listener.h>

static model_state state;

void setup() {
  Serial.begin(115200);
  while (!Serial && millis() < 5000) {
  }
  const unsigned long before = millis();
  float largest;
  const int wrong = model_check(&state, &largest);
  Serial.print(wrong == 0 ? "right" : "WRONG");
  Serial.print(": scores differ by ");
  Serial.print(largest, 7);
  Serial.print(" at most; ms: ");
  Serial.println(millis() - before);
}

void loop() {
}
