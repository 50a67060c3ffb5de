/* As much of Arduino's core as the sketches use, with its signatures; for compiling only. */
#pragma once
#include <stddef.h>
#include <stdint.h>

unsigned long millis(void);

class Stream {
public:
    size_t readBytes(char *buffer, size_t length);
};

class HardwareSerial : public Stream {
public:
    void begin(unsigned long baud);
    explicit operator bool();
    size_t print(const char *text);
    size_t print(char letter);
    size_t print(double number, int digits = 2);
    size_t println(const char *text);
    size_t println(unsigned long number, int base = 10);
};

extern HardwareSerial Serial;
