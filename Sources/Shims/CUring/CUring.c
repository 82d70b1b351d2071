#define _GNU_SOURCE
#include "CUring.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int sluice_uring_enable(struct io_uring *ring) {
    long rc = syscall(SYS_io_uring_register, ring->ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
    return rc < 0 ? -errno : 0;
}

struct io_uring_buf_ring *sluice_uring_buffers(struct io_uring *ring, unsigned entries, int group) {
    size_t bytes = entries * sizeof(struct io_uring_buf);
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return NULL;
    struct io_uring_buf_reg registration = {
        .ring_addr = (unsigned long)memory,
        .ring_entries = entries,
        .bgid = (unsigned short)group,
    };
    int rc = io_uring_register_buf_ring(ring, &registration, 0);
    if (rc < 0) {
        munmap(memory, bytes);
        errno = -rc;
        return NULL;
    }
    io_uring_buf_ring_init(memory);
    return memory;
}

void sluice_uring_free_buffers(struct io_uring_buf_ring *buffers, unsigned entries) {
    munmap(buffers, entries * sizeof(struct io_uring_buf));
}
