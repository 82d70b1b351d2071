// What a container's seccomp profile does, for one thread of a test.
#pragma once

/// The system calls of io_uring that a thread can be kept from.
enum { FORBID_SETUP, FORBID_ENTER };

/// Makes a call of io_uring fail with `error` on the calling thread, and on those it starts, for
/// ever. Returns 0, or the errno of why it cannot.
int forbid_uring(int call, int error);
