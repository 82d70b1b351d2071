// Instructions and calls that Swift has no name for: the time stamp counter, `pause`, prefetch
// and thread affinity (the pthread call hides behind _GNU_SOURCE, which Swift must not see).
#pragma once
#include <stdint.h>

#if defined(__x86_64__)
#include <x86intrin.h>

/// The time stamp counter, in ticks. Not serialising: about 9 ns, for stamps, not for proofs.
static inline uint64_t sluice_ticks(void) { return __rdtsc(); }
static inline void sluice_pause(void) { _mm_pause(); }
#elif defined(__aarch64__)
static inline uint64_t sluice_ticks(void) {
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
}
static inline void sluice_pause(void) { __asm__ volatile("yield"); }
#endif

static inline void sluice_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

/// Pins the calling thread to one core. Returns 0, or the error number.
int sluice_pin_to_core(int core);

/// A new eventfd, closed on exec and non-blocking (Glibc's module has no sys/eventfd.h).
/// Returns the descriptor, or -1 with errno set.
int sluice_eventfd(void);

/// A new TCP socket, closed on exec and non-blocking. Returns the descriptor, or -1 with errno set.
/// (The SOCK_* names belong to whichever C module included them first, so Swift may not see them.)
int sluice_tcp_socket(int family);

/// SOCK_STREAM, for the hints of getaddrinfo.
int sluice_sock_stream(void);
