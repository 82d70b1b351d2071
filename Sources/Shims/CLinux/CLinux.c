#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
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

int sluice_tcp_socket(int is_ipv6) {
    int family = is_ipv6 ? AF_INET6 : AF_INET;
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

static int take(sluice_address *address, const struct sockaddr *from) {
    memset(address, 0, sizeof *address);
    if (from->sa_family == AF_INET) {
        memcpy(address->bytes, &((const struct sockaddr_in *)from)->sin_addr, 4);
        return 1;
    }
    if (from->sa_family != AF_INET6) return 0;
    const struct sockaddr_in6 *wide = (const struct sockaddr_in6 *)from;
    address->is_ipv6 = 1;
    address->scope = wide->sin6_scope_id;
    memcpy(address->bytes, &wide->sin6_addr, 16);
    return 1;
}

int sluice_resolve(
    const char *name, sluice_address *addresses, unsigned capacity, unsigned *count) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    *count = 0;
    int rc = getaddrinfo(name, NULL, &hints, &found);
    if (rc != 0) return rc;
    for (int family = 0; family < 2; family++) {
        int wanted = family == 0 ? AF_INET : AF_INET6;
        for (struct addrinfo *next = found; next && *count < capacity; next = next->ai_next)
            if (next->ai_family == wanted) *count += take(addresses + *count, next->ai_addr);
    }
    freeaddrinfo(found);
    return 0;
}

unsigned sluice_socket_address(const sluice_address *address, uint16_t port, void *storage) {
    if (!address->is_ipv6) {
        struct sockaddr_in *narrow = storage;
        *narrow = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
        memcpy(&narrow->sin_addr, address->bytes, 4);
        return sizeof *narrow;
    }
    struct sockaddr_in6 *wide = storage;
    *wide = (struct sockaddr_in6){
        .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = address->scope};
    memcpy(&wide->sin6_addr, address->bytes, 16);
    return sizeof *wide;
}

void sluice_address_text(const sluice_address *address, char *text, unsigned capacity) {
    int family = address->is_ipv6 ? AF_INET6 : AF_INET;
    if (!inet_ntop(family, address->bytes, text, capacity)) *text = 0;
}
