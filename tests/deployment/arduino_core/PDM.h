/* The PDM library of Arduino's boards with mbed, as far as the sketches use it. */
#pragma once
#include <stddef.h>

class PDMClass {
public:
    int begin(int channels, int sampleRate);
    int available();
    int read(void *buffer, size_t size);
    void onReceive(void (*)(void));
};

extern PDMClass PDM;
