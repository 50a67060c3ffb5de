// Replays inputs that were recorded with the network, and says whether this board answers as the computer did.
#include <model_golden.h>

alignas(64) static unsigned char arena[MODEL_ARENA_BYTES];
static float output[MODEL_OUTPUT_COUNT];

void setup() {
  Serial.begin(115200);
  while (!Serial && millis() < 5000) {
  }
  const unsigned long before = millis();
  float largest;
  const int wrong = model_check(arena, output, &largest);
  Serial.print(wrong == 0 ? "right" : "WRONG");
  Serial.print(": outputs differ by ");
  Serial.print(largest, 7);
  Serial.print(" at most; ms: ");
  Serial.println(millis() - before);
}

void loop() {
}
