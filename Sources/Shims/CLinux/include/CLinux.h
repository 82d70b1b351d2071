// Instructions and calls that Swift has no name for: the time stamp counter, `pause`, prefetch,
// thread affinity (the pthread call hides behind _GNU_SOURCE, which Swift must not see), and sockets
// (their constants come to Swift as numbers or as enums, depending on what else is imported),
// checksums, futexes, and memory that is mapped twice.
#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <x86intrin.h>
static inline uint64_t sluice_counter(void) { return __rdtsc(); }
static inline void sluice_pause(void) { _mm_pause(); }
#elif defined(__aarch64__)
static inline uint64_t sluice_counter(void) {
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
}
static inline void sluice_pause(void) { __asm__ volatile("yield"); }
#endif

/// 0: ticks are the time stamp counter's; 1: nanoseconds of CLOCK_MONOTONIC. Set before main.
extern int sluice_tick_choice;
static inline int sluice_tick_source(void) { return sluice_tick_choice; }
void sluice_use_ticks(int source);

/// Whether the processor promises a counter of one rate in all its states.
int sluice_counter_is_invariant(void);

/// CLOCK_MONOTONIC in nanoseconds.
uint64_t sluice_monotonic(void);

/// Ticks now: the time stamp counter (not serialising, about 9 ns: for stamps, not for proofs), or
/// CLOCK_MONOTONIC where the counter is no clock.
static inline uint64_t sluice_ticks(void) {
    return __builtin_expect(sluice_tick_choice == 0, 1) ? sluice_counter() : sluice_monotonic();
}

static inline void sluice_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

/// Pins the calling thread to one core. Returns 0, or the error number.
int sluice_pin_to_core(int core);

/// Lets a thread that was made by a pinned one, and so is pinned too, run on all the other cores
/// that the process began with. Does nothing where there is no other. Returns 0, or the error number.
int sluice_leave_core(void);

/// Whether `core` is one of the cores that the process began with.
int sluice_may_use_core(int core);

/// How many words the process was started with, its own name included.
int sluice_argument_count(void);

/// One of them, from 0.
const char *sluice_argument(int index);

/// A new eventfd, closed on exec and non-blocking (Glibc's module has no sys/eventfd.h).
/// Returns the descriptor, or -1 with errno set.
int sluice_eventfd(void);

/// A non-blocking TCP socket without Nagle's delay. -1 with errno set.
int sluice_tcp_socket(int is_ipv6);

/// Turns Nagle's delay off.
void sluice_no_delay(int descriptor);

/// Sends what the socket takes at once; a broken one gives -1 and no signal.
long sluice_send(int descriptor, const void *bytes, size_t count);

/// The flags of an accept that gives non-blocking sockets, closed on exec.
int sluice_accept_flags(void);

/// Accepts a connection as a non-blocking socket, closed on exec. -1 with errno set.
int sluice_accept(int descriptor);

/// Takes up to `count` bytes that have arrived. With `stamp`, also when the last of them did (as
/// `sluice_stamp` tells). 0 at the peer's end; -1 with errno set, EAGAIN when there are none.
long sluice_receive(int descriptor, void *bytes, size_t count, int64_t *stamp);

/// Bytes of control messages a receive must have room for to bring a stamp.
unsigned sluice_stamp_bytes(void);

/// The arrival stamp among `count` bytes of control messages, in nanoseconds of CLOCK_REALTIME;
/// 0 when there is none.
int64_t sluice_stamp(const void *control, size_t count);

/// The error that a socket holds, which it then forgets; 0 when there is none.
int sluice_socket_error(int descriptor);

/// Waits until one of `polled` (an array of pollfd) is ready, or so long. Returns how many are;
/// -1 with errno set, EINTR when a signal came first.
int sluice_poll(void *polled, size_t count, int64_t nanoseconds);

/// Socket options; all but the last are such that a connection works without.
typedef enum {
    SLUICE_USER_TIMEOUT,
    SLUICE_KEEP_ALIVE,
    SLUICE_KEEP_IDLE,
    SLUICE_KEEP_INTERVAL,
    SLUICE_KEEP_COUNT,
    SLUICE_BUSY_POLL,
    SLUICE_SEND_BUFFER,
    SLUICE_STAMP,
    SLUICE_NO_DELAY,
} sluice_option;

/// Sets an option. Returns 0, or the error number.
int sluice_set_option(int descriptor, sluice_option option, int value);

/// The option's value; negative when it cannot be read.
int sluice_get_option(int descriptor, sluice_option option);

/// The option's name in socket(7) and tcp(7).
const char *sluice_option_name(sluice_option option);

/// An IPv4 or IPv6 address in network order, without a port.
typedef struct {
    uint32_t is_ipv6;
    uint32_t scope;
    uint8_t bytes[16];
} sluice_address;

/// Writes the addresses of `name` to `addresses`, IPv4 before IPv6, and how many they are.
/// Returns 0, or getaddrinfo's error.
int sluice_resolve(
    const char *name, sluice_address *addresses, unsigned capacity, unsigned *count);

/// Writes `address` and `port` to `storage` (a sockaddr_storage). Returns the length.
unsigned sluice_socket_address(const sluice_address *address, uint16_t port, void *storage);

/// Writes the usual form of `address` to `text`.
void sluice_address_text(const sluice_address *address, char *text, unsigned capacity);

/// Whether NTP or PTP holds the kernel's clock; writes by how many microseconds it may be off.
int sluice_clock_discipline(long *error);

/// Receive buffers a network card uses, and how many it could. Returns 0, or the error number.
int sluice_card_ring(const char *name, uint32_t *used, uint32_t *most);

/// Microseconds a network card waits before it interrupts. Returns 0, or the error number.
int sluice_card_delay(const char *name, uint32_t *microseconds);

/// CRC-32C (Castagnoli) of `count` bytes, going on from `seed` (0 to begin): by the processor's
/// instruction where it has one, chosen once before main, else by table.
uint32_t sluice_crc32c(uint32_t seed, const void *bytes, size_t count);

/// The same by table, on every processor.
uint32_t sluice_crc32c_by_table(uint32_t seed, const void *bytes, size_t count);

/// Whether `sluice_crc32c` uses the processor's instruction.
int sluice_crc32c_is_hardware(void);

/// `bytes` of memory mapped twice in a row, so that a range that starts in the first copy may run
/// on into the second. `bytes` is a multiple of the page size. NULL with errno set.
void *sluice_map_twice(size_t bytes);

/// Gives the memory of `sluice_map_twice` back.
void sluice_unmap_twice(void *memory, size_t bytes);

/// Sleeps while `*word` is `expected`, at most so long; may wake early.
void sluice_futex_wait(uint32_t *word, uint32_t expected, uint64_t nanoseconds);

/// Wakes the thread that sleeps on `word`.
void sluice_futex_wake(uint32_t *word);

/// Makes room for `bytes` in a file: fallocate where the file system can, else a file with holes.
/// Returns 0, or the error number.
int sluice_reserve_file(int descriptor, int64_t bytes);

/// Lets a write past the file size limit fail with EFBIG; by default the signal ends the process.
void sluice_ignore_file_size_signal(void);
