// What the clients and the sender share: the message, the clock, the hash, the report.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// A message is 300 B of text: twenty digits of CLOCK_MONOTONIC, a mark, filling.
enum { PEER_MESSAGE = 300, PEER_STAMP = 20, PEER_WARM_UP = 1000, PEER_ROOM = 1 << 22 };
#define PEER_LAST 'L'

static inline uint64_t peer_now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline uint64_t peer_fold(uint64_t hash, uint64_t value) {
    return (hash ^ value) * 0x100000001b3u;
}

static inline void peer_pin(int core) {
    if (core < 0) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    sched_setaffinity(0, sizeof set, &set);
}

__attribute__((noreturn)) static inline void peer_fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

// What a client has seen.
typedef struct {
    uint64_t *delays;
    uint64_t count, hash, cpu_before, cpu_after;
} peer_tally;

static inline void peer_start(peer_tally *tally) {
    memset(tally, 0, sizeof *tally);
    tally->delays = (uint64_t *)calloc(PEER_ROOM, sizeof(uint64_t));
    tally->hash = 1;
}

static inline void peer_take(peer_tally *tally, const unsigned char *payload, size_t length) {
    uint64_t stamp = 0;
    for (int i = 0; i < PEER_STAMP; i++) stamp = stamp * 10 + (uint64_t)(payload[i] - '0');
    tally->delays[tally->count & (PEER_ROOM - 1)] = peer_now(CLOCK_MONOTONIC) - stamp;
    tally->hash = peer_fold(tally->hash, length);
    tally->count++;
    if (tally->count == PEER_WARM_UP) tally->cpu_before = peer_now(CLOCK_THREAD_CPUTIME_ID);
    if (payload[PEER_STAMP] == PEER_LAST) tally->cpu_after = peer_now(CLOCK_THREAD_CPUTIME_ID);
}

static inline int peer_order(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

// Microseconds from before the sender's SSL_write to the payload in the client's hands, and the
// client's processor time a message in nanoseconds.
static inline void peer_report(peer_tally *tally) {
    if (tally->count <= 2 * PEER_WARM_UP || tally->count > PEER_ROOM) peer_fail("too few messages");
    uint64_t n = tally->count - PEER_WARM_UP;
    uint64_t *delays = tally->delays + PEER_WARM_UP;
    qsort(delays, n, sizeof *delays, peer_order);
    printf("{\"p50\":%.3f,\"p99\":%.3f,\"cpu\":%.1f,\"messages\":%llu,\"hash\":\"%llx\"}\n",
           (double)delays[(n - 1) / 2] / 1000, (double)delays[(size_t)((double)(n - 1) * .99)] / 1000,
           (double)(tally->cpu_after - tally->cpu_before) / (double)n,
           (unsigned long long)tally->count, (unsigned long long)tally->hash);
}
