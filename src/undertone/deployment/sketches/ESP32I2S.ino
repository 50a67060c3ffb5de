// Listens to an I2S microphone (INMP441, SPH0645, ICS-43434, ...) on an ESP32, ESP32-S3 or ESP32-C3; Arduino core 3.
#include <ESP_I2S.h>
#include <model_listener.h>

static const int BCLK = 4, WS = 5, DIN = 6;  // where the microphone is wired

static I2SClass microphone;
static model_state state;
static int16_t samples[512];

static void printScores(const float *scores) {
  for (int c = 0; c < MODEL_LABELS; c++) {
    Serial.print(model_model.label_names[c]);
    Serial.print(' ');
    Serial.print(scores[c], 3);
    Serial.print(c + 1 < MODEL_LABELS ? "  " : "\n");
  }
}

void setup() {
  Serial.begin(115200);
  if (model_init(&state) != UT_OK) Serial.println("the state has another size than the library was compiled for");
  microphone.setPins(BCLK, WS, -1, DIN);
  if (!microphone.begin(I2S_MODE_STD, MODEL_MICROPHONE_RATE, I2S_DATA_BIT_WIDTH_16BIT, I2S_SLOT_MODE_MONO))
    Serial.println("no microphone");
}

void loop() {
  const size_t count = microphone.readBytes((char *)samples, sizeof samples) / sizeof *samples;
  float scores[MODEL_LABELS];
  uint64_t begin, end;
  for (size_t done = 0; done < count;) {
    done += model_feed_pcm(&state, samples + done, count - done);
    while (model_result(&state, scores, &begin, &end)) printScores(scores);
  }
}
