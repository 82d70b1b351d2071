import Algos
import Containers
import Engine
import Foundation
import Journal
import Orders
import Replay
import Risk
import TestSupport
import Units

extension Corpus {
    /// Small journals of engines at work on a hostile venue: their used bytes.
    static func journals() -> [[UInt8]] { (1...4).map { RecordedLife.journal(seed: $0) } }
}

/// An engine on record until its journal is long enough.
private enum RecordedLife {
    private static let start = Nanoseconds.seconds(1_000_000)
    private static let steps = 60

    static func journal(seed: UInt64) -> [UInt8] {
        let folder = NSTemporaryDirectory() + "sluice-fuzz-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true
            )
            let path = try record(seed, in: folder)
            var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            let used = bytes.lastIndex { $0 != 0 } ?? -1
            bytes.removeLast(bytes.count - (used + 8) / 8 * 8)
            return bytes
        } catch {
            preconditionFailure("no journal can be written to \(folder): \(error)")
        }
    }

    private static func record(_ seed: UInt64, in folder: String) throws -> String {
        guard let ring = ByteRing(capacity: 1 << 20) else { throw CocoaError(.fileWriteUnknown) }
        let store = try JournalStore.create(
            directory: folder,
            session: "fuzzed",
            startedAt: start,
            segmentBytes: JournalFormat.minSegmentBytes
        )
        let path = store.path
        let progress = JournalProgress()
        var writer = JournalWriter(ring, store, progress, sync: .async, onDurable: {})
        var recorder = EngineRecorder(ring)
        let configuration = EngineConfiguration(
            parents: 2,
            children: 256,
            executions: 256,
            bookWindow: 256,
            limits: RiskLimits(maxChild: Quantity(lots: 200), priceBandBps: 100)
        )
        var engine = Engine(configuration, instruments: [Corpus.bitcoin], now: start)
        _ = recorder.begin(
            session: "fuzzed",
            build: "a fuzzer",
            account: "nowhere",
            sync: .async,
            origin: EngineOrigin(configuration, madeAt: start),
            instruments: [Corpus.bitcoin],
            commandCapacity: 16
        )
        let order = ParentOrder(
            id: engine.nextParent,
            instrument: Corpus.bitcoin.id,
            side: seed & 1 == 0 ? .buy : .sell,
            quantity: Quantity(lots: 300),
            limit: nil,
            startsAt: start,
            endsAt: start + .seconds(5)
        )
        let plan = ExecutionPlan(schedule: schedule(seed))
        try engine.accept(order, plan, now: start)
        _ = recorder.accepted(order, plan, now: start)
        work(&engine, &recorder, seed)
        while writer.turn() {}
        progress.requestClose()
        writer.run()
        return path
    }

    private static func schedule(_ seed: UInt64) -> Schedule {
        switch seed % 3 {
        case 0: .twap
        case 1: .pov(rateBps: 2_000)
        default: .vwap(profile)
        }
    }

    private static let profile = VolumeProfile([
        VolumeProfile.Knot(time: start, shareE9: 0),
        VolumeProfile.Knot(time: start + .seconds(2), shareE9: 300_000_000),
        VolumeProfile.Knot(time: start + .seconds(5), shareE9: 1_000_000_000),
    ])

    private static func work(
        _ engine: inout Engine,
        _ recorder: inout EngineRecorder,
        _ seed: UInt64
    ) {
        var venue = RandomVenue(.hostile, seed: seed, start: start)
        var commands = CommandBuffer(capacity: 16)
        var events: [EngineEvent] = [.link(.privateUp)]
        for _ in 0..<steps {
            var at = start
            venue.next { now, message in
                at = now
                // Views in a message do not outlive it, so market events are stepped here.
                switch message {
                case .market(let event):
                    step(.market(event), now, &engine, &recorder, &commands)
                case .order(let event): events.append(.order(event))
                case .timer: events.append(.timer)
                }
            }
            for i in 0..<commands.count { venue.submit(commands[i]) }
            for event in events {
                step(event, at, &engine, &recorder, &commands)
                for i in 0..<commands.count { venue.submit(commands[i]) }
            }
            events.removeAll()
            commands.removeAll()
        }
    }

    private static func step(
        _ event: EngineEvent,
        _ now: Nanoseconds,
        _ engine: inout Engine,
        _ recorder: inout EngineRecorder,
        _ commands: inout CommandBuffer
    ) {
        commands.removeAll()
        _ = recorder.record(event, now: now)
        engine.step(event, now: now, commands: &commands)
        for i in 0..<commands.count { _ = recorder.record(commands[i], now: now) }
    }
}
