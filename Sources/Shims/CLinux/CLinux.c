#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
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

static cpu_set_t sluice_start_cores;

__attribute__((constructor)) static void remember_cores(void) {
    if (sched_getaffinity(0, sizeof sluice_start_cores, &sluice_start_cores) != 0)
        CPU_ZERO(&sluice_start_cores);
}

int sluice_may_use_core(int core) {
    return core >= 0 && core < CPU_SETSIZE && CPU_ISSET(core, &sluice_start_cores);
}

int sluice_leave_core(void) {
    cpu_set_t current;
    cpu_set_t others = sluice_start_cores;
    int failed = pthread_getaffinity_np(pthread_self(), sizeof current, &current);
    if (failed != 0) return failed;
    if (CPU_COUNT(&current) != 1 || CPU_COUNT(&others) < 2) return 0;
    CPU_XOR(&current, &current, &others);
    CPU_AND(&others, &others, &current);
    return pthread_setaffinity_np(pthread_self(), sizeof others, &others);
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

int sluice_accept(int descriptor) {
    return accept4(descriptor, NULL, NULL, sluice_accept_flags());
}

long sluice_receive(int descriptor, void *bytes, size_t count, int64_t *stamp) {
    if (!stamp) return recv(descriptor, bytes, count, MSG_DONTWAIT);
    _Alignas(struct cmsghdr) char control[64];
    struct iovec room = {.iov_base = bytes, .iov_len = count};
    struct msghdr message = {
        .msg_iov = &room,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sluice_stamp_bytes(),
    };
    long got = recvmsg(descriptor, &message, MSG_DONTWAIT);
    if (got > 0) *stamp = sluice_stamp(control, message.msg_controllen);
    return got;
}

unsigned sluice_stamp_bytes(void) { return CMSG_SPACE(sizeof(struct timespec)); }

int64_t sluice_stamp(const void *control, size_t count) {
    struct msghdr message = {.msg_control = (void *)control, .msg_controllen = count};
    for (struct cmsghdr *next = CMSG_FIRSTHDR(&message); next; next = CMSG_NXTHDR(&message, next)) {
        if (next->cmsg_level != SOL_SOCKET || next->cmsg_type != SO_TIMESTAMPNS) continue;
        struct timespec time;
        memcpy(&time, CMSG_DATA(next), sizeof time);
        return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    }
    return 0;
}

int sluice_socket_error(int descriptor) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
    return error;
}

int sluice_poll(void *polled, size_t count, int64_t nanoseconds) {
    struct timespec time = {
        .tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    return ppoll(polled, count, &time, NULL);
}

static const struct {
    int level;
    int name;
    const char *text;
} options[] = {
    [SLUICE_USER_TIMEOUT] = {IPPROTO_TCP, TCP_USER_TIMEOUT, "TCP_USER_TIMEOUT"},
    [SLUICE_KEEP_ALIVE] = {SOL_SOCKET, SO_KEEPALIVE, "SO_KEEPALIVE"},
    [SLUICE_KEEP_IDLE] = {IPPROTO_TCP, TCP_KEEPIDLE, "TCP_KEEPIDLE"},
    [SLUICE_KEEP_INTERVAL] = {IPPROTO_TCP, TCP_KEEPINTVL, "TCP_KEEPINTVL"},
    [SLUICE_KEEP_COUNT] = {IPPROTO_TCP, TCP_KEEPCNT, "TCP_KEEPCNT"},
    [SLUICE_BUSY_POLL] = {SOL_SOCKET, SO_BUSY_POLL, "SO_BUSY_POLL"},
    [SLUICE_SEND_BUFFER] = {SOL_SOCKET, SO_SNDBUF, "SO_SNDBUF"},
    [SLUICE_STAMP] = {SOL_SOCKET, SO_TIMESTAMPNS, "SO_TIMESTAMPNS"},
    [SLUICE_NO_DELAY] = {IPPROTO_TCP, TCP_NODELAY, "TCP_NODELAY"},
};

int sluice_set_option(int descriptor, sluice_option option, int value) {
    int rc = setsockopt(
        descriptor, options[option].level, options[option].name, &value, sizeof value);
    return rc == 0 ? 0 : errno;
}

int sluice_get_option(int descriptor, sluice_option option) {
    int value = 0;
    socklen_t length = sizeof value;
    int rc = getsockopt(
        descriptor, options[option].level, options[option].name, &value, &length);
    return rc == 0 ? value : -1;
}

const char *sluice_option_name(sluice_option option) { return options[option].text; }

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
