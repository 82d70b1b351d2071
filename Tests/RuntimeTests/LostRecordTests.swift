import Foundation
import Journal
import LoopbackVenue
import Orders
import Synchronization
import Testing
import Units
import Venues

@testable import Runtime

/// Sessions whose record is lost to its first page: what they left open is found by the name that
/// their orders bear.
@Suite("A journal that tells nothing", .timeLimit(.minutes(2)))
struct LostRecordTests {
    /// A folder of its own with the files of one session.
    private final class Folder {
        let path: String

        init(_ files: [String: Data]) throws {
            path = NSTemporaryDirectory() + "sluice-lost-\(UUID().uuidString)"
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true
            )
            for (name, bytes) in files {
                try bytes.write(to: URL(fileURLWithPath: path + "/" + name))
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        var session: JournalFolder.Session {
            get throws { try #require(try Recovery.folder(path).sessions.first) }
        }

        var standing: String {
            get throws { "\(try session.standing)".prefix { $0 != "(" }.description }
        }
    }

    private static func request(
        _ venue: VenueHost,
        _ folder: Folder,
        _ policy: RecoveryRequest.Policy = .resume,
        notice: @escaping @Sendable (String) -> Void = { _ in }
    ) -> RecoveryRequest {
        var request = RecoveryRequest(
            venue: .loopback(port: venue.port, caFile: venue.caFile),
            credentials: BybitCredentials(
                key: LoopbackCredentials.key,
                secret: LoopbackCredentials.secret
            ),
            journal: JournalSettings(directory: folder.path, segmentBytes: 1 << 20)
        )
        request.policy = policy
        request.patience = .milliseconds(300)
        request.adjust = { configuration in
            configuration.reconcilerTimes.settling = .milliseconds(200)
            configuration.notice = notice
        }
        return request
    }

    private static func bytes(_ count: Int) -> Data { Data(count: count) }

    @Test("orders of a session whose file is blank, cut or damaged in its header are taken off")
    func blank() throws {
        let venue = try VenueHost(LoopbackVenueConfiguration())
        venue.start()
        defer { venue.stop() }
        let trader = OtherTrader(venue: venue)
        let name = "sluice-lostlost-0000"
        let files: [[String: Data]] = [
            ["\(name)0.journal": Data()],
            ["\(name)0.journal": Self.bytes(1 << 20)],
            ["\(name)0.journal": Data("SLUICEJ".utf8)],
            ["\(name)0.journal": Data((0..<4_096).map { UInt8(truncatingIfNeeded: $0 * 7) })],
            ["\(name)0.journal": Self.bytes(64), "\(name)1.journal": Self.bytes(4_096)],
            ["\(name)1.journal": Self.bytes(4_096)],
        ]
        for (i, files) in files.enumerated() {
            let folder = try Folder(files)
            let link = "lostlost-00000000-0000000\(i)"
            #expect(try trader.order("Buy", "0.010", price: "50000", link: link) == 0)
            #expect(throws: SessionError.self) { try Recovery.refuseUnfinished(folder.path) }
            let policy = RecoveryRequest.Policy.allCases[i % 3]
            let outcome = try Recovery.run(
                try folder.session,
                Self.request(venue, folder, policy),
                SessionControl()
            )
            #expect(outcome.action == .settled && outcome.isRecorded, "\(i)")
            #expect(outcome.settlement?.cancelled == 1 && outcome.settlement?.isComplete == true)
            #expect(outcome.settlement?.orders.map(\.end).contains("cancelled") == true)
            #expect(try folder.standing == "ended")
            try Recovery.refuseUnfinished(folder.path)
        }
    }

    @Test("a journal that is cut behind its header or its first record is settled at the venue")
    func cut() throws {
        for sync in JournalSync.allCases {
            var session = try SessionFixture(seconds: 1)
            let whole = try Folder([:])
            var settings = JournalSettings(directory: whole.path, segmentBytes: 1 << 20)
            settings.sync = sync
            session.configuration.journal = settings
            session.venue.start()
            defer { session.venue.stop() }
            #expect(try Session.run(session.configuration, session.control).isConfirmed)
            let file = try whole.session.first
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            var reader = try JournalReader(file)
            _ = try reader.next()
            let first = reader.place.offset
            for (i, count) in [30, 64, 80, first - 1, first, first + 9].enumerated() {
                let name = (file as NSString).lastPathComponent
                let folder = try Folder([name: bytes.prefix(count)])
                let link = "testtest-00000000-000003e\(i)"
                let trader = OtherTrader(venue: session.venue)
                #expect(try trader.order("Buy", "0.010", price: "50000", link: link) == 0)
                #expect(try folder.standing != "ended")
                let outcome = try Recovery.run(
                    try folder.session,
                    Self.request(session.venue, folder),
                    SessionControl()
                )
                #expect(outcome.action == .settled && outcome.isRecorded, "\(count)")
                #expect(outcome.settlement?.cancelled == 1, "\(count)")
                #expect(outcome.settlement?.filledByVenue == "0.050", "\(count)")
                #expect(try folder.standing == "ended")
            }
        }
    }

    @Test("where the venue knows of no such order, it says so, and the session is done")
    func nothing() throws {
        let venue = try VenueHost(LoopbackVenueConfiguration())
        venue.start()
        defer { venue.stop() }
        let trader = OtherTrader(venue: venue)
        #expect(
            try trader.order("Buy", "0.010", price: "50000", link: "a1B2c3D4-00000000-00000007")
                == 0
        )
        let folder = try Folder(["sluice-lostlost-00000.journal": Self.bytes(4_096)])
        let notices = Mutex<[String]>([])
        let outcome = try Recovery.run(
            try folder.session,
            Self.request(venue, folder) { text in notices.withLock { $0.append(text) } },
            SessionControl()
        )
        #expect(outcome.action == .nothingBegun && outcome.isRecorded)
        #expect(outcome.settlement == nil && outcome.outcome == nil)
        #expect(notices.withLock { $0 }.contains { $0.contains("none named lostlost-…") })
        #expect(try folder.standing == "ended")
    }

    @Test("what cannot be asked is not taken for nothing")
    func unasked() throws {
        let venue = try VenueHost(LoopbackVenueConfiguration())
        venue.start()
        let odd = try Folder(["sluice-odd-00000.journal": Self.bytes(4_096)])
        let nameless = #expect(throws: SessionError.self) {
            try Recovery.run(try odd.session, Self.request(venue, odd), SessionControl())
        }
        guard case .venue(let text) = nameless else {
            Issue.record("\(String(describing: nameless))")
            return
        }
        #expect(text.contains("is not known"), "\(text)")

        let folder = try Folder(["sluice-lostlost-00000.journal": Self.bytes(4_096)])
        let session = try folder.session
        // The venue takes its authority with it.
        let authority = folder.path + "/ca.pem"
        try FileManager.default.copyItem(atPath: venue.caFile, toPath: authority)
        let request = Self.request(venue, folder)
        let insisted = SessionControl()
        insisted.requestStop()
        let stopped = #expect(throws: SessionError.self) {
            try Recovery.run(session, request, insisted)
        }
        guard case .stopped = stopped else {
            Issue.record("\(String(describing: stopped))")
            return
        }
        venue.stop()
        var away = request
        away.venue = .loopback(port: venue.port, caFile: authority)
        let silence = #expect(throws: SessionError.self) {
            try Recovery.run(session, away, SessionControl())
        }
        guard case .venue(let reason) = silence else {
            Issue.record("\(String(describing: silence))")
            return
        }
        #expect(reason.contains("those named lostlost-…, but"), "\(reason)")
        #expect(try folder.standing == "unfinished")
    }
}
