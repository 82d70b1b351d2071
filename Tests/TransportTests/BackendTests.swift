import CForbid
import Foundation
import Testing
import Transport
import Units

@Suite("Which backend a loop takes")
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

    @Test("whoever insists on io_uring where it is forbidden gets an error, not another backend")
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

    /// Runs `body` on a thread that may not set up io_uring: a container in miniature.
    private func onForbiddenThread(
        _ errno: Int32,
        _ body: @escaping @Sendable () throws -> Backend
    ) async throws -> Result<Backend, any Error> {
        let result: Result<Backend, any Error>? = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let isForbidden = forbid_uring(errno) == 0
                continuation.resume(returning: isForbidden ? Result { try body() } : nil)
            }
        }
        return try #require(result, "this kernel lets no thread forbid itself a call")
    }
}
