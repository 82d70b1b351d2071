import Foundation
import Synchronization
import Transport
import Units

/// A REST service that answers as the test says, on a thread of its own.
final class StubREST: @unchecked Sendable {
    /// What a request gets.
    enum Answer: Sendable {
        case body(Int, String)
        /// The same with header lines, each ended by CR LF.
        case headed(String, Int, String)
        /// The connection is closed instead.
        case close
        /// Nothing ever.
        case silence
    }

    let endpoint: Endpoint
    /// Paths asked for so far.
    let asked = Mutex<[String]>([])
    /// The time stamps of signed requests, in milliseconds.
    let stamps = Mutex<[Int64]>([])
    private let answers: Mutex<@Sendable (_ path: String, _ query: String) -> Answer>
    private var loop: EventLoop
    private let waker: Waker
    private let isStopping = Atomic(false)
    private let isMute = Atomic(false)
    private let isSilent = Atomic(false)
    private let done = DispatchSemaphore(value: 0)

    /// Serves over TLS when it has an `identity`, whose authority is in the file `trust`.
    init(
        identity: ServerIdentity? = nil,
        trust: TrustAnchors = .system,
        _ answer: @escaping @Sendable (_ path: String, _ query: String) -> Answer
    ) throws {
        answers = Mutex(answer)
        loop = try EventLoop(LoopConfiguration())
        let port = try loop.listen(port: 0, identity: identity)
        waker = loop.waker
        endpoint = Endpoint(
            host: "localhost",
            port: port,
            trust: trust,
            isPlain: identity == nil,
            address: "127.0.0.1"
        )
        Thread.detachNewThread { [self] in
            run()
            done.signal()
        }
    }

    /// From now on `answer` answers.
    func change(_ answer: @escaping @Sendable (_ path: String, _ query: String) -> Answer) {
        answers.withLock { $0 = answer }
    }

    /// Whether connections are taken and nothing is said on them, which is so when this returns.
    func mute(_ isMute: Bool) {
        self.isMute.store(isMute, ordering: .releasing)
        waker.wake()
        while isSilent.load(ordering: .acquiring) != isMute { usleep(1_000) }
    }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        waker.wake()
        done.wait()
    }

    private func run() {
        while !isStopping.load(ordering: .acquiring) {
            loop.poll(timeout: .seconds(1))
            let isMute = isMute.load(ordering: .acquiring)
            if loop.isMute != isMute { loop.isMute = isMute }
            isSilent.store(isMute, ordering: .releasing)
            while let event = loop.next() {
                guard case .request(let id, let view) = event else { continue }
                let path = String(decoding: view.path, as: UTF8.self)
                let query = String(decoding: view.query, as: UTF8.self)
                asked.withLock { $0.append(path) }
                if let text = view.headers["X-BAPI-TIMESTAMP"],
                    let stamp = Int64(String(decoding: text, as: UTF8.self))
                {
                    stamps.withLock { $0.append(stamp) }
                }
                switch answers.withLock({ $0(path, query) }) {
                case .body(let status, let text):
                    Array(text.utf8).withUnsafeBytes {
                        _ = loop.respond(id, status: status, body: $0)
                    }
                case .headed(let lines, let status, let text):
                    Array(text.utf8).withUnsafeBytes {
                        _ = loop.respond(id, status: status, headers: lines, body: $0)
                    }
                case .close: loop.close(id)
                case .silence: break
                }
            }
        }
    }
}
