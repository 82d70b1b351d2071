#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void *map_both(int file, size_t bytes) {
    // One reservation for both copies: nothing else can come to lie between them.
    char *base = mmap(NULL, 2 * bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return NULL;
    for (int copy = 0; copy < 2; copy++) {
        void *want = base + copy * bytes;
        int flags = MAP_SHARED | MAP_FIXED | MAP_POPULATE;
        if (mmap(want, bytes, PROT_READ | PROT_WRITE, flags, file, 0) == MAP_FAILED) {
            int error = errno;
            munmap(base, 2 * bytes);
            errno = error;
            return NULL;
        }
    }
    return base;
}

void *sluice_map_twice(size_t bytes) {
    int file = memfd_create("sluice", MFD_CLOEXEC);
    if (file < 0) return NULL;
    void *memory = ftruncate(file, (off_t)bytes) == 0 ? map_both(file, bytes) : NULL;
    int error = errno;
    close(file);
    errno = error;
    return memory;
}

void sluice_unmap_twice(void *memory, size_t bytes) { munmap(memory, 2 * bytes); }

void sluice_futex_wait(uint32_t *word, uint32_t expected, uint64_t nanoseconds) {
    struct timespec span = {
        .tv_sec = (time_t)(nanoseconds / 1000000000u), .tv_nsec = (long)(nanoseconds % 1000000000u)};
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, &span, NULL, 0);
}

void sluice_futex_wake(uint32_t *word) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

int sluice_reserve_file(int descriptor, int64_t bytes) {
    if (fallocate(descriptor, 0, 0, bytes) == 0) return 0;
    if (errno != EOPNOTSUPP && errno != ENOSYS) return errno;
    return ftruncate(descriptor, bytes) == 0 ? 0 : errno;
}

void sluice_ignore_file_size_signal(void) { signal(SIGXFSZ, SIG_IGN); }
