public import CLinux
internal import Glibc

extension EventLoop {
    /// The address a connection is at, or tries.
    public func address(of id: ConnectionID) -> NetworkAddress? {
        guard let i = index(id), slots[i].tried > 0 else { return nil }
        return slots[i].addresses[slots[i].tried &- 1]
    }

    /// What the kernel says of an option of a connection's socket; nil when the id is void.
    public func socketOption(_ option: sluice_option, of id: ConnectionID) -> Int? {
        index(id).map { Int(sluice_get_option(slots[$0].descriptor, option)) }
    }

    /// Puts slot `i` on its way to the first of `addresses`, counted from the endpoint's index.
    mutating func beginConnecting(
        _ i: Int,
        _ addresses: ArraySlice<NetworkAddress>,
        _ endpoint: Endpoint
    ) throws(TransportError) {
        // The index comes from outside: any integer names an address.
        let first = Int(endpoint.addressIndex.magnitude % UInt(addresses.count))
        slots[i].addresses = Array(addresses[first...] + addresses[..<first])
        slots[i].tried = 0
        slots[i].port = endpoint.port
        slots[i].openDeadline = monotonicNow() &+ configuration.openTimeout.count
        slots[i].state = .connecting
        guard connectNext(i) else {
            slots[i].state = .free
            throw .system(call: "socket", errno: errno)
        }
    }

    mutating func applyOptions(_ descriptor: Int32) {
        configuration.socketOptions.apply(descriptor, &refusedOptions)
        if configuration.stampsArrivals {
            SocketOptions.stampArrivals(descriptor, &refusedOptions)
        }
    }

    /// Goes on to the next address of slot `i` that this host has a socket for; false when there
    /// is none.
    mutating func connectNext(_ i: Int) -> Bool {
        while slots[i].tried < slots[i].addresses.count {
            let address = slots[i].addresses[slots[i].tried]
            guard let next = try? Resolver.socket(isIPv6: address.isIPv6) else {
                slots[i].tried &+= 1
                continue
            }
            if slots[i].descriptor >= 0 { Glibc.close(slots[i].descriptor) }
            slots[i].descriptor = next
            applyOptions(next)
            connect(i)
            return true
        }
        return false
    }

    /// Each address has an equal share of the time that is left.
    private mutating func connect(_ i: Int) {
        var address = slots[i].addresses[slots[i].tried].raw
        let remaining = Int64(slots[i].addresses.count &- slots[i].tried)
        slots[i].tried &+= 1
        let now = monotonicNow()
        let share = max(0, slots[i].openDeadline &- now) / remaining
        setDeadline(i, at: now &+ share)
        armConnect(i, sluice_socket_address(&address, slots[i].port, slots[i].address))
    }
}
