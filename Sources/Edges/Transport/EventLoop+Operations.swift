internal import CLinux
internal import Glibc

extension EventLoop {
    mutating func armReceive(_ i: Int) {
        let isTaken = sockets.receive(arm(.receive, i), slots[i].descriptor)
        settle(isTaken, .receive, i)
    }

    mutating func armConnect(_ i: Int, _ length: socklen_t) {
        let address = UnsafeRawPointer(slots[i].address).assumingMemoryBound(to: sockaddr.self)
        let isTaken = sockets.connect(arm(.connect, i), slots[i].descriptor, address, length)
        settle(isTaken, .connect, i)
    }

    mutating func armAccept(_ i: Int) {
        let isTaken = sockets.accept(arm(.accept, i), slots[i].descriptor)
        settle(isTaken, .accept, i)
    }

    mutating func armWritable(_ i: Int) {
        let isTaken = sockets.writable(arm(.writable, i), slots[i].descriptor)
        settle(isTaken, .writable, i)
    }

    mutating func armWaker() {
        isWakerArmed = sockets.wake(Operation.wake.userData(0, 0), waker.descriptor)
    }

    /// Cancels whatever the kernel still does for slot `i`.
    mutating func cancelAll(_ i: Int) {
        for operation in [Operation.connect, .receive, .writable] where slots[i].isArmed(operation)
        {
            let isTaken = sockets.cancel(operation.userData(i, slots[i].generation))
            // Without its connection the operation ends by itself.
            if !isTaken { shutdown(slots[i].descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Arms the receives and accepts that ended for want of buffers or of room in the kernel.
    mutating func feedStarved() {
        starved = 0
        for i in 0..<configuration.connections where slots[i].isStarved {
            slots[i].isStarved = false
            tally.rearms &+= 1
            if slots[i].state == .listening { armAccept(i) } else { armReceive(i) }
        }
    }

    mutating func starve(_ i: Int) {
        slots[i].isStarved = true
        starved &+= 1
    }

    private mutating func arm(_ operation: Operation, _ i: Int) -> UInt64 {
        precondition(!slots[i].isArmed(operation), "an operation is armed once at a time")
        slots[i].armed |= operation.bit
        return operation.userData(i, slots[i].generation)
    }

    /// What becomes of an operation that the kernel has no room for: a receive or an accept is
    /// tried again, a connection that could not go on is given up.
    private mutating func settle(_ isTaken: Bool, _ operation: Operation, _ i: Int) {
        if isTaken { return }
        slots[i].armed &= ~operation.bit
        tally.operationsRefused &+= 1
        switch operation {
        case .receive, .accept: starve(i)
        default: fail(i, .broken(EBUSY))
        }
    }
}
