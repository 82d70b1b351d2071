import Glibc
import Testing
import Transport
import Units

@Suite("Names, addresses and which of them is tried", .timeLimit(.minutes(3)))
struct AddressTests {
    private func address(_ literal: String) throws -> NetworkAddress {
        try #require(try Resolver.resolve(literal).first)
    }

    @Test("literals are their own and only address")
    func literals() throws {
        for literal in ["127.0.0.1", "10.1.2.255", "::1", "fe80::1:2", "2001:db8::ff"] {
            let found = try Resolver.resolve(literal)
            #expect(found.map(\.description) == [literal])
            #expect(found[0].isIPv6 == literal.contains(":"))
        }
    }

    @Test("a name's addresses are bounded, IPv4 first, and none is refused in words")
    func names() throws {
        let found = try Resolver.resolve("localhost")
        #expect(found.count <= Resolver.capacity && found[0].description == "127.0.0.1")
        #expect(throws: TransportError.self) { try Resolver.resolve("no host has spaces") }
    }

    @Test(
        "an address that refuses gives way to the next; the loop tells which it is at",
        arguments: backends
    )
    func next(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: Certificates.shared.good)
        var endpoint = Endpoint.local(port)
        // The listener is on 127.0.0.1 alone; without IPv6, ::1 fails by another error.
        endpoint.addresses = try ["127.0.0.9", "::1", "127.0.0.1"].map(address)
        let client = try driver.loop.openWebSocket(endpoint)
        #expect(driver.loop.address(of: client) == endpoint.addresses[0])
        #expect(driver.sees(.opened(client)))
        #expect(driver.loop.address(of: client) == endpoint.addresses[2])
    }

    @Test(
        "the last address's refusal is the connection's",
        arguments: [0, 1, -1, Int.min],
        backends
    )
    func allRefuse(first: Int, on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port: UInt16
        do { port = Peer().port }
        var endpoint = Endpoint.local(port)
        endpoint.addresses = try ["127.0.0.1", "127.0.0.9"].map(address)
        endpoint.addressIndex = first
        let client = try driver.loop.openWebSocket(endpoint)
        #expect(
            driver.loop.address(of: client)
                == endpoint.addresses[first == 0 || first == .min ? 0 : 1]
        )
        #expect(driver.reason(client) == .refused(ECONNREFUSED))
        #expect(driver.loop.address(of: client) == nil)
    }

    @Test("a family this host may not have is passed over at the start", arguments: backends)
    func familyFirst(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: nil)
        var endpoint = Endpoint.local(port, trust: nil)
        endpoint.addresses = try ["::1", "127.0.0.1"].map(address)
        let client = try driver.loop.openWebSocket(endpoint)
        #expect(driver.sees(.opened(client)))
        #expect(driver.loop.address(of: client) == endpoint.addresses[1])
    }

    @Test("without a free descriptor opening throws and holds no slot")
    func noDescriptor() async {
        // In a process of its own: the limit is the process's.
        await #expect(processExitsWith: .success) {
            Peer.limitDescriptors()
            let driver = try LoopDriver { $0.connections = 1 }
            let taken = Peer.takeAllDescriptors()
            for _ in 0..<3 {
                do {
                    _ = try driver.loop.openWebSocket(.local(9, trust: nil))
                    fatalError("opened without a descriptor")
                } catch TransportError.system(call: "socket", errno: EMFILE) {
                } catch { fatalError("\(error)") }
            }
            for descriptor in taken { close(descriptor) }
            let client = try driver.loop.openWebSocket(.local(1, trust: nil))
            guard driver.reason(client) == .refused(ECONNREFUSED) else { fatalError("no refusal") }
        }
    }

    @Test("two connections begin at different addresses", arguments: backends)
    func index(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) { $0.connections = 8 }
        let port = try driver.loop.listen(port: 0, identity: nil)
        var endpoint = Endpoint.local(port, trust: nil)
        endpoint.addresses = try ["127.0.0.1", "127.0.0.9"].map(address)
        let first = try driver.loop.openWebSocket(endpoint)
        endpoint.addressIndex = 1
        let second = try driver.loop.openWebSocket(endpoint)
        #expect(driver.loop.address(of: first) != driver.loop.address(of: second))
        // Nobody listens at the second's own address: it falls back on the first's.
        #expect(driver.sees(.opened(first)) && driver.sees(.opened(second)))
        #expect(driver.loop.address(of: first) == driver.loop.address(of: second))
    }

    @Test(
        "an address that stays silent costs its share of the time, not all of it",
        arguments: backends
    )
    func silent(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) { $0.openTimeout = .milliseconds(400) }
        let port = try driver.loop.listen(port: 0, identity: nil)
        let full = try #require(Peer.full(on: 9, port: port), "no backlog could be filled")
        var endpoint = Endpoint.local(port, trust: nil)
        endpoint.addresses = try ["127.0.0.9", "127.0.0.1"].map(address)
        let client = try driver.loop.openWebSocket(endpoint)
        #expect(driver.sees(.opened(client)))
        #expect(driver.loop.address(of: client) == endpoint.addresses[1])
        withExtendedLifetime(full) {}
    }

    @Test("a resolved endpoint opens without asking", arguments: backends)
    func resolved(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: Certificates.shared.good)
        var endpoint = Endpoint.local(port)
        endpoint.address = "localhost"
        endpoint = try endpoint.resolved()
        #expect(endpoint.addresses.first?.description == "127.0.0.1")
        endpoint.address = "this is no name"
        let client = try driver.loop.openWebSocket(endpoint)
        #expect(driver.sees(.opened(client)))
    }
}
