internal import CLinux
internal import Glibc

extension EventLoop {
    /// Turns the bytes of slot `i` into its next event; nil when it needs more.
    @inline(__always)
    mutating func drain(_ i: Int) -> TransportEvent? {
        guard let event = slots[i].connection.next() else {
            releaseBuffer()
            current = nil
            if !slots[i].connection.outbound.pending.isEmpty { flush(i) }
            return nil
        }
        switch event {
        case .message(let message):
            tally.messagesReceived &+= 1
            return .message(id(i), message)
        case .request(let request): return .request(id(i), request)
        case .response(let response): return .response(id(i), response)
        case .opened:
            clearDeadline(i)
            if slots[i].connection.isResumed { tally.resumed &+= 1 }
            return .opened(id(i))
        case .accepted:
            clearDeadline(i)
            return .accepted(id(i))
        case .closed(let reason):
            releaseBuffer()
            current = nil
            return bury(i, reason)
        }
    }

    /// Looks after a slot that asked for it: reports its failure, or reads on in what it holds.
    mutating func attend(_ i: Int) -> TransportEvent? {
        guard slots[i].state == .live || slots[i].state == .connecting else { return nil }
        if let reason = slots[i].failure {
            _ = slots[i].connection.finish(reason)
            return bury(i, reason)
        }
        current = i
        return nil
    }

    /// What one finished operation means.
    mutating func handle(_ completion: Completion) -> TransportEvent? {
        guard let operation = Operation.of(completion.userData) else { return nil }
        let i = Operation.slot(completion.userData)
        switch operation {
        case .cancel:
            return nil
        case .wake:
            return handleWake()
        case .accept:
            handleAccept(i, completion)
            return nil
        case .connect:
            slots[i].armed &= ~operation.bit
            return handleConnect(i, completion.result)
        case .writable:
            slots[i].armed &= ~operation.bit
            if slots[i].state == .vacating {
                vacate(i)
            } else {
                flush(i)
                if slots[i].state == .lingering { sayGoodbye(i) }
            }
            return nil
        case .receive:
            return handleReceive(i, completion)
        }
    }

    private mutating func handleReceive(_ i: Int, _ completion: Completion) -> TransportEvent? {
        if completion.buffer != nil { lentBuffers &+= 1 }
        if !completion.goesOn { slots[i].armed &= ~Operation.receive.bit }
        let isWanted = slots[i].state == .live || slots[i].state == .lingering

        if completion.result > 0, let buffer = completion.buffer {
            let count = Int(completion.result)
            tally.bytesReceived &+= UInt64(count)
            heldBuffer = buffer
            if !completion.goesOn, isWanted {
                tally.rearms &+= 1
                armReceive(i)
            }
            guard slots[i].state == .live else {
                releaseBuffer()
                vacate(i)
                return nil
            }
            if completion.kernelNanoseconds != 0 { tally.arrivalsStamped &+= 1 }
            slots[i].connection.feed(
                sockets.bytes(completion, buffer),
                ticks: completion.ticks,
                kernelNanoseconds: completion.kernelNanoseconds
            )
            current = i
            return nil
        }
        if let buffer = completion.buffer {
            heldBuffer = buffer
            releaseBuffer()
        }
        guard isWanted else {
            vacate(i)
            return nil
        }
        if completion.result == -ENOBUFS {
            tally.buffersExhausted &+= 1
            starve(i)
            return nil
        }
        slots[i].hasEnded = true
        if slots[i].state == .lingering {
            release(i)
            return nil
        }
        // A send that failed has taken the socket's error with it; what is left looks like an end.
        let failure = slots[i].failure
        if completion.result < 0 || failure != nil {
            let reason = failure ?? .broken(-completion.result)
            _ = slots[i].connection.finish(reason)
            return bury(i, reason)
        }
        guard case .closed(let reason)? = slots[i].connection.feedEnd() else { return nil }
        return bury(i, reason)
    }

    private mutating func handleConnect(_ i: Int, _ result: Int32) -> TransportEvent? {
        guard slots[i].state == .connecting else {
            vacate(i)
            return nil
        }
        if result < 0 {
            // An address that was given up shows as cancelled; that is no reason to tell.
            let error = result == -ECANCELED ? ETIMEDOUT : -result
            if slots[i].failure == nil, connectNext(i) { return nil }
            let reason = slots[i].failure ?? .refused(error)
            _ = slots[i].connection.finish(reason)
            return bury(i, reason)
        }
        slots[i].state = .live
        setDeadline(i, at: slots[i].openDeadline)
        armReceive(i)
        current = i
        return nil
    }

    private mutating func handleAccept(_ i: Int, _ completion: Completion) {
        if !completion.goesOn {
            slots[i].armed &= ~Operation.accept.bit
            tally.rearms &+= 1
            // Out of descriptors, asking again at once would never end.
            if completion.result < 0 {
                setDeadline(i, after: .milliseconds(100))
            } else {
                armAccept(i)
            }
        }
        guard completion.result >= 0 else { return }
        if isMute, unserved.count < configuration.connections {
            unserved.append((i, completion.result))
        } else {
            serve(completion.result, of: i)
        }
    }

    /// Serves the connections that came while nobody was served.
    mutating func serveWaiting() {
        let waiting = unserved
        unserved = []
        for (listener, descriptor) in waiting { serve(descriptor, of: listener) }
    }

    /// Gives a connection that listener `i` took a slot of its own.
    private mutating func serve(_ descriptor: Int32, of i: Int) {
        guard let j = freeSlot() else {
            Glibc.close(descriptor)
            tally.acceptsDropped &+= 1
            return
        }
        var tls: TLSSession?
        if let identity = slots[i].identity {
            tls = TLSSession(server: identity)
            if tls == nil {
                Glibc.close(descriptor)
                tally.acceptsDropped &+= 1
                return
            }
        }
        sluice_no_delay(descriptor)
        applyOptions(descriptor)
        slots[j].descriptor = descriptor
        slots[j].connection.start(.server, tls: tls)
        slots[j].state = .live
        setDeadline(j, after: configuration.openTimeout)
        armReceive(j)
        noteReady(j)
    }

    private mutating func handleWake() -> TransportEvent? {
        var count: UInt64 = 0
        _ = read(waker.descriptor, &count, 8)
        armWaker()
        return .woken
    }

    @inline(__always)
    private mutating func releaseBuffer() {
        guard let buffer = heldBuffer else { return }
        sockets.recycle(buffer)
        heldBuffer = nil
        lentBuffers &-= 1
    }
}
