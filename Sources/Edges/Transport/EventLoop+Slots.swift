internal import CLinux
internal import Glibc
internal import Units

extension EventLoop {
    func id(_ i: Int) -> ConnectionID {
        ConnectionID(index: UInt16(truncatingIfNeeded: i), generation: slots[i].generation)
    }

    /// The slot of a connection that is not over.
    func index(_ id: ConnectionID) -> Int? {
        let i = Int(id.index)
        guard i < configuration.connections, slots[i].generation == id.generation,
            slots[i].failure == nil
        else { return nil }
        return slots[i].state == .live || slots[i].state == .connecting ? i : nil
    }

    func freeSlot() -> Int? {
        for i in 0..<configuration.connections where slots[i].state == .free { return i }
        return nil
    }

    /// Sends what waits in slot `i`, and asks to be told when the socket can take the rest.
    @discardableResult
    mutating func flush(_ i: Int) -> SendResult {
        if slots[i].isArmed(.writable) || slots[i].state == .connecting { return .queued }
        while true {
            let pending = slots[i].connection.outbound.pending
            if pending.isEmpty { return .sent }
            let count = sluice_send(slots[i].descriptor, pending.baseAddress, pending.count)
            if count > 0 {
                tally.bytesSent &+= UInt64(count)
                slots[i].connection.outbound.consume(count)
                if count == pending.count { return .sent }
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno != EAGAIN {
                fail(i, .broken(errno))
                return .refused(.broken)
            }
            tally.shortSends &+= 1
            armWritable(i)
            return .queued
        }
    }

    /// Lets `next()` report an end that came up elsewhere.
    mutating func fail(_ i: Int, _ reason: CloseReason) {
        if slots[i].state == .lingering {
            release(i)
            return
        }
        guard slots[i].failure == nil else { return }
        slots[i].failure = reason
        noteReady(i)
    }

    /// Ends slot `i`: the event for it, and the start of its burial.
    mutating func bury(_ i: Int, _ reason: CloseReason) -> TransportEvent {
        let event = TransportEvent.closed(id(i), reason)
        tally.closed &+= 1
        let wasConnected = slots[i].state == .live
        slots[i].state = .lingering
        slots[i].failure = nil
        clearDeadline(i)
        switch reason {
        case .refused, .broken, .timedOut:
            release(i)
        default:
            guard wasConnected, !slots[i].isAbandoned,
                !slots[i].hasEnded || !slots[i].connection.outbound.pending.isEmpty
            else {
                release(i)
                break
            }
            setDeadline(i, after: configuration.closeTimeout)
            flush(i)
            if slots[i].state == .lingering { sayGoodbye(i) }
        }
        return event
    }

    /// Ends our half of the stream once all is sent; the peer's end then releases the slot.
    mutating func sayGoodbye(_ i: Int) {
        guard slots[i].connection.outbound.pending.isEmpty else { return }
        if slots[i].hasEnded {
            release(i)
        } else {
            shutdown(slots[i].descriptor, Int32(SHUT_WR))
        }
    }

    /// Gives the slot up as soon as the kernel has let go of it.
    mutating func release(_ i: Int) {
        clearDeadline(i)
        if slots[i].isStarved {
            slots[i].isStarved = false
            starved &-= 1
        }
        slots[i].state = .vacating
        cancelAll(i)
        vacate(i)
    }

    /// Closes the socket of a slot that no operation needs any more.
    mutating func vacate(_ i: Int) {
        guard slots[i].state == .vacating, slots[i].armed == 0 else { return }
        Glibc.close(slots[i].descriptor)
        slots[i].descriptor = -1
        slots[i].generation &+= 1
        slots[i].hasEnded = false
        slots[i].isAbandoned = false
        slots[i].failure = nil
        slots[i].connection.reset()
        slots[i].state = .free
    }

    // MARK: Deadlines

    mutating func setDeadline(_ i: Int, after patience: Nanoseconds) {
        setDeadline(i, at: monotonicNow() &+ patience.count)
    }

    mutating func setDeadline(_ i: Int, at time: Int64) {
        if slots[i].deadline == .max { deadlines &+= 1 }
        slots[i].deadline = time
    }

    mutating func clearDeadline(_ i: Int) {
        guard slots[i].deadline != .max else { return }
        slots[i].deadline = .max
        deadlines &-= 1
    }

    /// Ends what has run out of time; returns the nanoseconds until the next does.
    mutating func expireDeadlines() -> Int64 {
        let now = monotonicNow()
        var nearest = Int64.max
        for i in 0..<configuration.connections where slots[i].deadline != .max {
            if slots[i].deadline > now {
                nearest = min(nearest, slots[i].deadline &- now)
                continue
            }
            clearDeadline(i)
            switch slots[i].state {
            case .connecting where slots[i].tried < slots[i].addresses.count:
                // Its completion goes on to the next address.
                cancelAll(i)
            case .lingering: release(i)
            case .listening: armAccept(i)
            case .live where slots[i].connection.phase == .closing:
                slots[i].isAbandoned = true
                fail(i, .local)
            default: fail(i, .timedOut)
            }
        }
        return nearest
    }

    func monotonicNow() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec)
    }
}
