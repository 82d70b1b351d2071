// What a container's seccomp profile does, for one thread of a test.
#pragma once

/// Makes io_uring_setup fail with `error` on the calling thread, and on those it starts, for ever.
/// Returns 0, or the errno of why it cannot.
int forbid_uring(int error);
