// liburing 2.3, with the inlines and macros that Swift cannot see.
//
// Why a shim: `io_uring_peek_cqe` on an empty queue falls into the library (22 ticks; here 1), and
// 2.3 has no call that sets up a ring of provided buffers.
//
// liburing.h defines _GNU_SOURCE, under which Glibc's fd_set differs from the one Swift knows. The
// headers that come before it settle Glibc's features without.
#pragma once
#include <sys/types.h>

#include <liburing.h>
#include <stdbool.h>

/// The oldest completion, or NULL. The caller advances the queue with `io_uring_cq_advance`.
static inline struct io_uring_cqe *sluice_uring_peek(struct io_uring *ring) {
    unsigned head = *ring->cq.khead;
    if (head == io_uring_smp_load_acquire(ring->cq.ktail)) return NULL;
    return &ring->cq.cqes[head & *ring->cq.kring_mask];
}

/// The kernel's flags for us: IORING_SQ_TASKRUN, IORING_SQ_CQ_OVERFLOW.
static inline unsigned sluice_uring_flags(const struct io_uring *ring) {
    return IO_URING_READ_ONCE(*ring->sq.kflags);
}

/// Enables a ring that was set up disabled: 0, or a negative errno. (2.3 declares such a call but
/// does not export it.)
int sluice_uring_enable(struct io_uring *ring);

/// A ring of `entries` provided buffers registered as `group`; NULL with errno set.
struct io_uring_buf_ring *sluice_uring_buffers(struct io_uring *ring, unsigned entries, int group);

/// Unmaps what `sluice_uring_buffers` mapped.
void sluice_uring_free_buffers(struct io_uring_buf_ring *buffers, unsigned entries);
