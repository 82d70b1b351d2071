import CAllocations

/// Heap allocations this thread makes while `work` runs; nil where they cannot be counted (under a
/// sanitizer).
///
/// For work that is meant to allocate nothing: warm it up first, so that lazy metadata, page tables
/// of buffers and first-use caches are not counted against it.
func allocations(in work: () throws -> Void) rethrows -> UInt64? {
    guard sluice_counts_allocations() != 0 else { return nil }
    let before = sluice_allocations()
    try work()
    return sluice_allocations() - before
}
