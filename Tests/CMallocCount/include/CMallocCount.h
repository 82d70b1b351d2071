// Counts this thread's heap allocations, for tests that demand none.
#pragma once
#include <stdint.h>

/// Allocations this thread has made so far: malloc, calloc, realloc and the aligned kinds.
uint64_t sluice_allocations(void);

/// Whether calls are counted: not under a sanitizer, which brings an allocator of its own.
int sluice_counts_allocations(void);
