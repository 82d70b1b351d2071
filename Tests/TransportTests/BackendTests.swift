import CForbid
import Foundation
import Testing
import Transport
import Units

@Suite("Which backend a loop takes", .timeLimit(.minutes(3)))
struct BackendTests {
    @Test(
        "a kernel that refuses io_uring gives plain sockets, and says why",
        arguments: [EPERM, ENOSYS]
    )
    func forbidden(errno: Int32) async throws {
        let outcome = try await onForbiddenThread(errno) {
            let driver = try LoopDriver(.automatic)
            let port = try driver.loop.listen(port: 0, identity: nil)
            let client = try driver.loop.openWebSocket(.local(port, trust: nil))
            #expect(driver.sees(.opened(client)))
            driver.send(client, "still works")
            #expect(driver.run { driver.messages(client) == ["still works"] })
            return driver.loop.backend
        }
        let backend = try outcome.get()
        #expect(backend.kind == .sockets && backend.reason == .uringRefused(errno))
        let line = backend.description
        #expect(line.contains("io_uring") && line.contains("sysctl kernel.io_uring_disabled"))
    }

    @Test("to insist on io_uring where it is forbidden is an error")
    func insisting() async throws {
        let outcome = try await onForbiddenThread(EPERM) {
            try LoopDriver(.uring).loop.backend
        }
        #expect(throws: TransportError.ringUnavailable(EPERM)) { try outcome.get() }
    }

    @Test("a backend that was asked for says so")
    func asked() throws {
        for choice in backends {
            let backend = try LoopDriver(choice).loop.backend
            #expect(backend.kind.rawValue == choice.rawValue && backend.reason == .asked)
            #expect(backend.description.hasSuffix("as asked"))
        }
    }

    @Test("capacities that cannot be are refused in words", arguments: [0, 3, 1 << 20])
    func capacities(entries: Int) {
        #expect(throws: TransportError.self) {
            try LoopDriver(.uring) { $0.completionEntries = entries }
        }
        #expect(throws: TransportError.self) {
            try LoopDriver(.sockets) { $0.receiveBuffers = entries }
        }
    }

    @Test(
        "a kernel that takes no more operations costs connections, not the process",
        .enabled(if: backends.contains(.uring))
    )
    func operationsRefused() async throws {
        let reasons: [CloseReason]? = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: try? reasonsWithoutEntering())
            }
        }
        // Four connects fit into the submission queue; the others are given up.
        #expect(try #require(reasons) == Array(repeating: .broken(EBUSY), count: 26))
    }

    /// Opens thirty connections on a loop whose thread may not submit any more.
    private func reasonsWithoutEntering() throws -> [CloseReason] {
        let driver = try LoopDriver(.uring) {
            $0.connections = 64
            $0.completionEntries = 4
        }
        let isForbidden = forbid_uring(Int32(FORBID_ENTER), EBUSY) == 0
        try #require(isForbidden)
        let listener = Peer()
        for _ in 0..<30 { _ = try driver.loop.openWebSocket(.local(listener.port, trust: nil)) }
        driver.turn()
        #expect(driver.loop.counters.operationsRefused >= 26)
        return driver.seen.compactMap {
            if case .closed(_, let reason) = $0 { reason } else { nil }
        }
    }

    /// Runs `body` on a thread that may not set up io_uring: a container in miniature.
    private func onForbiddenThread(
        _ errno: Int32,
        _ body: @escaping @Sendable () throws -> Backend
    ) async throws -> Result<Backend, any Error> {
        let result: Result<Backend, any Error>? = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let isForbidden = forbid_uring(Int32(FORBID_SETUP), errno) == 0
                continuation.resume(returning: isForbidden ? Result { try body() } : nil)
            }
        }
        return try #require(result, "this kernel lets no thread forbid itself a call")
    }
}
