internal import CLinux
internal import CUring
internal import Glibc

extension EventLoop {
    mutating func armReceive(_ i: Int) {
        let entry = prepare(.receive, i)
        io_uring_prep_recv_multishot(entry, slots[i].descriptor, nil, 0, 0)
        finish(entry, .receive, i)
        entry.pointee.flags |= UInt8(1 << IOSQE_BUFFER_SELECT_BIT)
        entry.pointee.buf_group = UInt16(ReceiveBuffers.group)
    }

    mutating func armConnect(_ i: Int, _ length: socklen_t) {
        let entry = prepare(.connect, i)
        let address = UnsafeRawPointer(slots[i].address).assumingMemoryBound(to: sockaddr.self)
        io_uring_prep_connect(entry, slots[i].descriptor, address, length)
        finish(entry, .connect, i)
    }

    mutating func armAccept(_ i: Int) {
        let entry = prepare(.accept, i)
        let flags = sluice_accept_flags()
        io_uring_prep_multishot_accept(entry, slots[i].descriptor, nil, nil, flags)
        finish(entry, .accept, i)
    }

    mutating func armWritable(_ i: Int) {
        let entry = prepare(.writable, i)
        io_uring_prep_poll_add(entry, slots[i].descriptor, UInt32(POLLOUT))
        finish(entry, .writable, i)
    }

    mutating func armWaker() {
        let entry = uring.entry()
        io_uring_prep_poll_add(entry, waker.descriptor, UInt32(POLLIN))
        io_uring_sqe_set_data64(entry, Operation.wake.userData(0, 0))
    }

    /// Cancels whatever the kernel still does for slot `i`.
    mutating func cancelAll(_ i: Int) {
        for operation in [Operation.connect, .receive, .writable] where slots[i].isArmed(operation)
        {
            let entry = uring.entry()
            io_uring_prep_cancel64(entry, operation.userData(i, slots[i].generation), 0)
            io_uring_sqe_set_data64(entry, Operation.cancel.userData(i, 0))
        }
    }

    /// Arms the receives that ended for want of buffers.
    mutating func feedStarved() {
        for i in 0..<configuration.connections where slots[i].isStarved {
            slots[i].isStarved = false
            tally.rearms &+= 1
            armReceive(i)
        }
        starved = 0
    }

    private mutating func prepare(
        _ operation: Operation,
        _ i: Int
    ) -> UnsafeMutablePointer<io_uring_sqe> {
        precondition(!slots[i].isArmed(operation), "an operation is armed once at a time")
        slots[i].armed |= operation.bit
        return uring.entry()
    }

    /// The prepare calls clear the entry, so the user data comes last.
    private func finish(
        _ entry: UnsafeMutablePointer<io_uring_sqe>,
        _ operation: Operation,
        _ i: Int
    ) {
        io_uring_sqe_set_data64(entry, operation.userData(i, slots[i].generation))
    }
}
