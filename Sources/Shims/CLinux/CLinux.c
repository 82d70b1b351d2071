#define _GNU_SOURCE
#include "CLinux.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

int sluice_tick_choice;

void sluice_use_ticks(int source) { sluice_tick_choice = source; }

int sluice_counter_is_invariant(void) {
#if defined(__x86_64__)
    // Leaf 0x80000007, EDX bit 8: what the kernel shows as constant_tsc and nonstop_tsc.
    unsigned a, b, c, d;
    return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & (1u << 8));
#else
    return 1;
#endif
}

__attribute__((constructor)) static void choose_ticks(void) {
    const char *wish = getenv("SLUICE_TICKS");
    int is_counter = sluice_counter_is_invariant() && !(wish && strcmp(wish, "monotonic") == 0);
    sluice_tick_choice = is_counter ? 0 : 1;
}

uint64_t sluice_monotonic(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

int sluice_pin_to_core(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    return pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

int sluice_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int sluice_tcp_socket(int family) {
    int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor >= 0) sluice_no_delay(descriptor);
    return descriptor;
}

void sluice_no_delay(int descriptor) {
    int yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

long sluice_send(int descriptor, const void *bytes, size_t count) {
    return send(descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int sluice_accept_flags(void) { return SOCK_CLOEXEC | SOCK_NONBLOCK; }

int sluice_resolve(
    const char *name, const char *port, int family, void *address, unsigned *length) {
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int rc = getaddrinfo(name, port, &hints, &found);
    if (rc != 0) return rc;
    memcpy(address, found->ai_addr, found->ai_addrlen);
    *length = found->ai_addrlen;
    freeaddrinfo(found);
    return 0;
}
