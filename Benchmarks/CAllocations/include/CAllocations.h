// Counts heap allocations of the calling thread, for benchmarks and allocation tests only: linking
// this target replaces malloc and its kin with ones that count and pass on to glibc's.
#pragma once
#include <stdint.h>

/// Allocations the calling thread has made so far; always 0 under a sanitizer, which has its own.
uint64_t sluice_allocations(void);

/// Whether allocations are counted in this build.
int sluice_counts_allocations(void);
