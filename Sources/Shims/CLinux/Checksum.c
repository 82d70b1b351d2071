#include "CLinux.h"

#include <string.h>

// The polynomial 0x1EDC6F41, bit-reversed.
#define POLYNOMIAL 0x82f63b78u

static uint32_t table[256];
static int is_hardware;

__attribute__((constructor)) static void make_table(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
        table[i] = crc;
    }
#if defined(__x86_64__)
    __builtin_cpu_init();
    is_hardware = __builtin_cpu_supports("sse4.2") != 0;
#endif
}

int sluice_crc32c_is_hardware(void) { return is_hardware; }

uint32_t sluice_crc32c_by_table(uint32_t seed, const void *bytes, size_t count) {
    const unsigned char *at = bytes;
    uint32_t crc = ~seed;
    while (count--) crc = (crc >> 8) ^ table[(crc ^ *at++) & 0xff];
    return ~crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t by_instruction(
    uint32_t seed, const void *bytes, size_t count) {
    const unsigned char *at = bytes;
    uint64_t crc = ~seed;
    for (; count >= 8; count -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        crc = _mm_crc32_u64(crc, word);
    }
    uint32_t rest = (uint32_t)crc;
    while (count--) rest = _mm_crc32_u8(rest, *at++);
    return ~rest;
}
#endif

uint32_t sluice_crc32c(uint32_t seed, const void *bytes, size_t count) {
#if defined(__x86_64__)
    if (is_hardware) return by_instruction(seed, bytes, count);
#endif
    return sluice_crc32c_by_table(seed, bytes, count);
}
