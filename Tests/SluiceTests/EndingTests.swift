import Foundation
import Glibc
import LoopbackVenue
import Synchronization
import Testing

/// The one thing that may never be: an order that stays at the venue.
@Suite("Endings", .serialized, .timeLimit(.minutes(2)))
struct EndingTests {
    /// The kill switch's signal, as `kill -RTMIN` sends it.
    private static let halt = __libc_current_sigrtmin()

    /// Signals whose default ends a process, but for crashes.
    private static let stops = [
        SIGINT, SIGTERM, SIGHUP, halt, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGPOLL,
        SIGPWR, SIGSTKFLT, SIGXCPU, halt + 7,
    ]

    @Test("no signal leaves an order open, whatever has become of stderr")
    func stopsLeaveNothing() throws {
        let live = try RestingSessions()
        var cases: [(session: RestingSessions.Session, sink: Sink.Opened, signal: Int32)] = []
        for (i, signal) in EndingTests.stops.enumerated() {
            let sink = Sink.allCases[i % Sink.allCases.count]
            let opened = sink.open()
            let session = try live.start("\(signal) \(sink)", errors: opened.descriptor)
            cases.append((session, opened, signal))
        }
        try live.rest()
        for each in cases { each.sink.spoil() }
        for each in cases { each.session.program.signal(each.signal) }
        let deadline = ContinuousClock.now + .seconds(20)
        for each in cases {
            let end = each.session.program.end(within: deadline - .now)
            #expect(end == .code(1), "\(each.session.name): \(String(describing: end))")
        }
        #expect(live.openOrders() == [])
    }

    @Test(
        "every signal that would end a session is taken by one of its threads and held by the others"
    )
    func signalsAreHeld() throws {
        let live = try RestingSessions()
        let session = try live.start("held")
        try live.rest()
        let crashes = [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS]
        // Nobody can hold the first two; the others do nothing to a process by themselves, are
        // ignored, or are the C library's own.
        let exempt =
            crashes + [SIGKILL, SIGSTOP, SIGCONT, SIGCHLD, SIGURG, SIGWINCH, SIGPIPE, SIGXFSZ]
            + [32, 33]
        let tasks = "/proc/\(session.program.process)/task"
        let threads = try FileManager.default.contentsOfDirectory(atPath: tasks)
        #expect(threads.count > 3)
        let held = try threads.map { thread in
            let status = try String(contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8)
            let lines = status.split(separator: "\n")
            let line = try #require(lines.first { $0.hasPrefix("SigBlk:") })
            let digits = try #require(line.split(whereSeparator: \.isWhitespace).last)
            return try #require(UInt64(digits, radix: 16))
        }
        for signal in Int32(1)...64 where !exempt.contains(signal) {
            // The system shows a signal as open in the thread that waits for it.
            let open = held.count { $0 & 1 << UInt64(signal - 1) == 0 }
            #expect(open == 1, "signal \(signal): \(open) threads")
        }
        session.program.signal(SIGTERM)
        #expect(session.program.end(within: .seconds(20)) == .code(1))
    }

    @Test("no state of stderr keeps a halt, a stop or a hang-up from being heard")
    func sinksHinderNothing() throws {
        let live = try RestingSessions()
        var cases: [(session: RestingSessions.Session, sink: Sink.Opened, signal: Int32)] = []
        for (i, sink) in Sink.allCases.enumerated() {
            for signal in [[SIGINT, SIGHUP], [EndingTests.halt, SIGTERM]][i % 2] {
                let opened = sink.open()
                let session = try live.start("\(sink) \(signal)", errors: opened.descriptor)
                cases.append((session, opened, signal))
            }
        }
        try live.rest()
        for each in cases { each.sink.spoil() }
        for each in cases { each.session.program.signal(each.signal) }
        let deadline = ContinuousClock.now + .seconds(20)
        for each in cases {
            let end = each.session.program.end(within: deadline - .now)
            #expect(end == .code(1), "\(each.session.name): \(String(describing: end))")
        }
        #expect(live.openOrders() == [])
    }

    @Test("a crash ends the process at once, and a recovery takes its order off")
    func crashes() throws {
        let live = try RestingSessions()
        let crashes = [SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGQUIT, SIGSYS]
        for crash in crashes { try live.start("crash \(crash)") }
        try live.rest()
        for (session, crash) in zip(live.sessions, crashes) {
            let began = ContinuousClock.now
            session.program.signal(crash)
            #expect(session.program.end(within: .seconds(20)) == .signal(crash))
            // The runtime's handler takes half a minute.
            #expect(ContinuousClock.now - began < .seconds(15), "\(session.name)")
        }
        let recoveries = try live.sessions.map { session in
            let words = ["recover", "--journal", session.journal, "--policy", "halt"]
            return try Program(
                words + live.place,
                state: session.journal + "/state",
                errors: live.folder.file("\(session.name) recovery")
            )
        }
        for (session, recovery) in zip(live.sessions, recoveries) {
            let end = recovery.end(within: .seconds(40))
            let said = live.folder.text("\(session.name) recovery")
            // 3 where a slow host answers later than a stop may take: the book has the last word.
            #expect(
                end == .code(1) || end == .code(3),
                "\(session.name): \(String(describing: end)) \(said)"
            )
        }
        #expect(live.openOrders() == [])
    }

    @Test("a recovery leaves a session at work alone, and says so by its exit code")
    func recoveries() throws {
        let live = try RestingSessions()
        let session = try live.start("work")
        try live.rest()
        func recover(_ name: String, _ place: [String]) throws -> Program {
            try Program(
                ["recover", "--journal", session.journal, "--policy", "halt"] + place,
                state: session.journal + "/state",
                errors: live.folder.file(name)
            )
        }
        #expect(try recover("early", live.place).end(within: .seconds(20)) == .code(4))
        #expect(live.folder.text("early").contains("is at work: left alone"))
        session.program.signal(SIGKILL)
        #expect(session.program.end(within: .seconds(20)) == .signal(SIGKILL))
        let end = try recover("late", live.place).end(within: .seconds(40))
        #expect(end == .code(1) || end == .code(3))
        #expect(live.openOrders() == [])
    }

    @Test("Ctrl-Z does not suspend a session, a second stop says what is open")
    func words() throws {
        let live = try RestingSessions()
        let session = try live.start("words", errors: live.folder.file("errors"))
        try live.rest()
        for signal in [SIGTSTP, SIGTTIN, SIGTTOU] { session.program.signal(signal) }
        let deadline = ContinuousClock.now + .seconds(20)
        while !live.folder.text("errors").contains("SIGTTOU"), ContinuousClock.now < deadline {
            usleep(5_000)
        }
        #expect(!session.program.isSuspended)
        // Both wait when the first is looked at.
        session.program.signal(SIGINT)
        session.program.signal(SIGTERM)
        #expect(session.program.end(within: .seconds(20)) == .code(1))
        let said = live.folder.text("errors")
        #expect(said.contains("SIGTSTP: not suspended"), "\(said)")
        #expect(said.contains("SIGINT: stopping"), "\(said)")
        // A slow host may see its end first.
        let open = ["1 order is still open", "no order is open"]
        #expect(open.contains { said.contains("SIGTERM: stopping already; \($0)") }, "\(said)")
        #expect(live.openOrders() == [])
    }

    @Test("with nothing open a second stop ends the wait for the final position at once")
    func secondStop() throws {
        let ban = Flag()
        let live = try RestingSessions {
            // From then on nothing can be asked by REST; orders go over their socket.
            $0.faults = try FaultScript(text: "at 5s ban 600s")
            $0.notice = { if $0.contains("ban") { ban.isSet.store(true, ordering: .releasing) } }
        }
        let session = try live.start("second", errors: live.folder.file("errors"))
        try live.rest()
        func wait(_ isThere: () -> Bool) {
            let deadline = ContinuousClock.now + .seconds(30)
            // What another process writes is no event here.
            while !isThere(), ContinuousClock.now < deadline { usleep(5_000) }
        }
        wait { ban.isSet.load(ordering: .acquiring) }
        session.program.signal(SIGINT)
        wait { live.folder.text("errors").contains("is asked for the final position for") }
        #expect(session.program.end == nil, "\(live.folder.text("errors"))")
        session.program.signal(SIGINT)
        #expect(session.program.end(within: .seconds(5)) == .code(3))
        let said = live.folder.text("errors")
        #expect(said.contains("no order is open"), "\(said)")
        #expect(said.contains("The venue is not waited for any longer"), "\(said)")
        #expect(live.openOrders() == [])
    }

    @Test("under nohup a hang-up is not heard, and a stop is")
    func nohup() throws {
        let live = try RestingSessions()
        let errors = live.folder.file("errors")
        let session = try live.start("nohup", under: ["/usr/bin/nohup"], errors: errors)
        try live.rest()
        session.program.signal(SIGHUP)
        session.program.signal(SIGTERM)
        #expect(session.program.end(within: .seconds(20)) == .code(1))
        let said = live.folder.text("errors")
        #expect(said.contains("SIGTERM: stopping, ") && !said.contains("SIGHUP"), "\(said)")
        #expect(live.openOrders() == [])
    }

    @Test("a session that has no descriptor of its own begins, stops and leaves a whole journal")
    func noDescriptors() throws {
        let live = try RestingSessions()
        let session = try live.start("bare", input: nil, output: nil, errors: nil)
        try live.rest()
        session.program.signal(SIGTERM)
        #expect(session.program.end(within: .seconds(20)) == .code(70))
        #expect(live.openOrders() == [])
        let replay = try Program(
            ["replay", session.journal, "--verify"],
            state: session.journal + "/state"
        )
        #expect(replay.end(within: .seconds(20)) == .code(0))
    }

    @Test("a journal that may not grow any more cancels what is open, and says why")
    func fileLimit() throws {
        let live = try RestingSessions()
        let session = try live.start("limited", errors: live.folder.file("errors"))
        try live.rest()
        let limit = Process()
        limit.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        limit.arguments = ["prlimit", "--pid", "\(session.program.process)", "--fsize=4096"]
        try limit.run()
        limit.waitUntilExit()
        try #require(limit.terminationStatus == 0)
        #expect(session.program.end(within: .seconds(20)) == .code(3))
        #expect(live.openOrders() == [])
        // What is said of it grew a file, too: only the exit code is sure to arrive.
    }

    @Test("of sessions that begin at once for one account and symbol, one is let in")
    func oneSession() throws {
        let live = try RestingSessions()
        let state = try live.folder.folder("state")
        let programs = try (0..<4).map { i in
            try Program(
                ["execute"] + live.place + live.order,
                state: state,
                errors: live.folder.file("errors \(i)")
            )
        }
        let deadline = ContinuousClock.now + .seconds(40)
        while programs.count(where: { $0.end != nil }) < 3, ContinuousClock.now < deadline {
            usleep(5_000)
        }
        let winner = try #require(programs.first { $0.end == nil })
        for (i, program) in programs.enumerated() where program !== winner {
            #expect(program.end == .code(4))
            let said = live.folder.text("errors \(i)")
            #expect(said.contains("process \(winner.process) works BTCUSDT"), "\(said)")
        }
        winner.signal(SIGKILL)
        #expect(winner.end(within: .seconds(10)) == .signal(SIGKILL))
        // A claim goes with its process.
        let next = try Program(["execute"] + live.place + live.order, state: state)
        #expect(next.end(within: .milliseconds(1_500)) == nil)
        next.signal(SIGTERM)
        #expect(next.end(within: .seconds(20)) == .code(1))
    }
}

/// Something that a venue has told.
private final class Flag: Sendable {
    let isSet = Atomic(false)
}
