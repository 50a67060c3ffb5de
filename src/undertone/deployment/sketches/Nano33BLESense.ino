// Listens to the microphone of an Arduino Nano 33 BLE Sense and prints the scores of each segment.
#include <PDM.h>
#include <model_listener.h>

#if MODEL_MICROPHONE_RATE != 16000
#error this microphone gives 16000 samples a second: compile the model with --rate 16000
#endif

static const size_t RING = 8192;  // half a second

static model_state state;
static int16_t ring[RING];
static volatile size_t written;  // by the microphone's interrupt
static size_t taken;

static void onSound() {
  int16_t piece[256];
  const int bytes = PDM.read(piece, sizeof piece);
  for (int i = 0; i < bytes / 2; i++) ring[(written + i) % RING] = piece[i];
  written = written + bytes / 2;
}

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
  PDM.onReceive(onSound);
  if (!PDM.begin(1, MODEL_MICROPHONE_RATE)) Serial.println("no microphone");
}

void loop() {
  if (written - taken > RING) {
    Serial.println("too slow: sound was lost");
    taken = written;
    model_init(&state);
  }
  const size_t at = taken % RING, ready = written - taken;
  taken += model_feed_pcm(&state, ring + at, ready < RING - at ? ready : RING - at);
  float scores[MODEL_LABELS];
  uint64_t begin, end;
  while (model_result(&state, scores, &begin, &end)) printScores(scores);
}
