import Foundation
import Glibc
import LoopbackVenue
import Testing

/// What others remove, move or plant while a session lives, and what its commands make of it.
@Suite("Removed files", .serialized, .timeLimit(.minutes(3)))
struct RemovedFileTests {
    private func waitFor(_ what: String, _ holds: () -> Bool) {
        let deadline = ContinuousClock.now + .seconds(20)
        // What another process writes is no event here.
        while !holds(), ContinuousClock.now < deadline { usleep(5_000) }
        #expect(holds(), "\(what) did not come")
    }

    private func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

    @Test("a session whose state folder is removed is seen again by others and by a halt")
    func stateFolder() throws {
        let live = try RestingSessions()
        let session = try live.start("work", errors: live.folder.file("errors"))
        try live.rest()
        let state = session.journal + "/state"
        try remove(state)
        waitFor("the notice") { live.folder.text("errors").contains("made again") }

        let second = try Program(
            ["execute"] + live.place + live.order,
            state: state,
            errors: live.folder.file("second")
        )
        #expect(second.end(within: .seconds(20)) == .code(4))
        let refusal = live.folder.text("second")
        #expect(refusal.contains("process \(session.program.process) works"), "\(refusal)")

        let halt = try Program(["halt"], state: state, errors: live.folder.file("halt"))
        #expect(halt.end(within: .seconds(30)) == .code(0))
        let said = live.folder.text("halt")
        #expect(said.contains("told the sessions of process \(session.program.process)"), "\(said)")
        #expect(session.program.end(within: .seconds(20)) == .code(1))
        #expect(live.openOrders() == [])
    }

    @Test("a halt in the moment after the folder was removed misses no session")
    func haltAtOnce() throws {
        let live = try RestingSessions()
        let session = try live.start("work")
        try live.rest()
        let state = session.journal + "/state"
        try remove(state)
        let halt = try Program(["halt"], state: state, errors: live.folder.file("halt"))
        #expect(halt.end(within: .seconds(30)) == .code(0))
        #expect(session.program.end(within: .seconds(20)) == .code(1))
        let said = live.folder.text("halt")
        #expect(said.contains("\(session.program.process)"), "\(said)")
        #expect(live.openOrders() == [])
    }

    @Test("a halt that finds no session says where it looked")
    func haltOfNone() throws {
        let folder = try Folder()
        let state = folder.path + "/slip"
        let halt = try Program(["halt"], state: state, errors: folder.file("halt"))
        #expect(halt.end(within: .seconds(20)) == .code(0))
        let said = folder.text("halt")
        #expect(said.contains("no session is at work by \(state)"), "\(said)")
        #expect(said.contains("SLUICE_STATE_DIR: made \(state)"), "\(said)")
    }

    @Test("who lost its claim to another takes its orders off, and names the other")
    func supplanted() throws {
        let live = try RestingSessions()
        let session = try live.start("work", errors: live.folder.file("errors"))
        try live.rest()
        let claims = session.journal + "/state/claims"
        let claim = try #require(try FileManager.default.contentsOfDirectory(atPath: claims).first)
        let other = live.folder.file("other")
        #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
        #expect(write(other, "4242", 4) == 4)
        #expect(rename(live.folder.path + "/other", "\(claims)/\(claim)") == 0)
        #expect(session.program.end(within: .seconds(20)) == .code(3))
        let said = live.folder.text("errors")
        #expect(said.contains("process 4242 works"), "\(said)")
        #expect(live.openOrders() == [])
        close(other)
    }

    @Test("a journal that goes while it is written takes the orders off, and is told")
    func journals() throws {
        let live = try RestingSessions()
        let ways: [(String, (RestingSessions.Session, String) throws -> Void)] = [
            ("folder", { session, _ in try remove(session.journal) }),
            ("segment", { try remove($1) }),
            ("moved", { #expect(rename($1, $1 + ".old") == 0) }),
            ("cut", { #expect(truncate($1, 0) == 0) }),
        ]
        for (name, _) in ways { try live.start(name, errors: live.folder.file("\(name) errors")) }
        try live.rest()
        for (session, (_, way)) in zip(live.sessions, ways) {
            let names = try FileManager.default.contentsOfDirectory(atPath: session.journal)
            let segment = try #require(names.first { $0.hasSuffix("-00000.journal") })
            try way(session, session.journal + "/" + segment)
        }
        for session in live.sessions {
            #expect(session.program.end(within: .seconds(20)) == .code(3), "\(session.name)")
            let said = live.folder.text("\(session.name) errors")
            let words = session.name == "cut" ? "was cut short" : "removed, moved or replaced"
            #expect(said.contains(words), "\(session.name): \(said)")
        }
        #expect(live.openOrders() == [])
    }

    @Test("a copy of a journal is not settled while its session lives")
    func copied() throws {
        let live = try RestingSessions()
        let session = try live.start("work")
        try live.rest()
        let copy = try live.folder.folder("copy")
        for name in try FileManager.default.contentsOfDirectory(atPath: session.journal)
        where name.hasSuffix(".journal") {
            try FileManager.default.copyItem(
                atPath: "\(session.journal)/\(name)",
                toPath: "\(copy)/\(name)"
            )
        }
        for policy in ["settle", "halt"] {
            let recovery = try Program(
                ["recover", "--journal", copy, "--policy", policy] + live.place,
                state: session.journal + "/state",
                errors: live.folder.file(policy)
            )
            #expect(recovery.end(within: .seconds(30)) == .code(4), "\(policy)")
            let said = live.folder.text(policy)
            #expect(said.contains("process \(session.program.process) works"), "\(said)")
        }
        session.program.signal(SIGTERM)
        #expect(session.program.end(within: .seconds(20)) == .code(1))
        #expect(live.openOrders() == [])
    }

    @Test("what a dead session left is taken off while another session lives")
    func besideTheLiving() throws {
        let live = try RestingSessions()
        let dead = try live.start("dead")
        try live.rest()
        dead.program.signal(SIGKILL)
        #expect(dead.program.end(within: .seconds(10)) == .signal(SIGKILL))
        let living = try live.start("living")
        try live.rest()
        let recovery = try Program(
            ["recover", "--journal", dead.journal, "--policy", "settle"] + live.place,
            state: living.journal + "/state",
            errors: live.folder.file("recovery")
        )
        let end = recovery.end(within: .seconds(40))
        let said = live.folder.text("recovery")
        #expect(end == .code(1), "\(said)")
        #expect(said.contains("process \(living.program.process) works"), "\(said)")
        #expect(said.contains("are taken off"), "\(said)")
        // The living one's order is left to it.
        living.program.signal(SIGKILL)
        #expect(living.program.end(within: .seconds(10)) == .signal(SIGKILL))
        #expect(live.openOrders().count == 1)
    }

    @Test("of two dead sessions the second's order does not rest while the first is worked on")
    func twoDead() throws {
        let live = try RestingSessions()
        let first = try live.start("first")
        try live.rest()
        first.program.signal(SIGKILL)
        let second = try live.start("second")
        try live.rest()
        second.program.signal(SIGKILL)
        for dead in [first, second] {
            #expect(dead.program.end(within: .seconds(10)) == .signal(SIGKILL))
        }
        for file in try FileManager.default.contentsOfDirectory(atPath: second.journal)
        where file.hasSuffix(".journal") {
            try FileManager.default.moveItem(
                atPath: "\(second.journal)/\(file)",
                toPath: "\(first.journal)/\(file)"
            )
        }
        let recovery = try Program(
            ["recover", "--journal", first.journal] + live.place,
            state: first.journal + "/state",
            errors: live.folder.file("recovery")
        )
        waitFor("the first's turn") {
            live.folder.text("recovery").contains("recovering session")
        }
        let said = live.folder.text("recovery")
        #expect(said.contains("taken off, until its turn"), "\(said)")
        recovery.signal(SIGKILL)
        #expect(recovery.end(within: .seconds(10)) == .signal(SIGKILL))
        #expect(live.openOrders().count <= 1, "\(said)")
    }

    @Test("a planted mark and a foreign segment keep no session from being recovered")
    func planted() throws {
        let live = try RestingSessions()
        try live.start("marked")
        try live.start("foreign")
        try live.rest()
        for session in live.sessions {
            session.program.signal(SIGKILL)
            #expect(session.program.end(within: .seconds(10)) == .signal(SIGKILL))
            let names = try FileManager.default.contentsOfDirectory(atPath: session.journal)
            let segment = try #require(names.first { $0.hasSuffix("-00000.journal") })
            let stem = session.journal + "/" + segment.dropLast("-00000.journal".count)
            let plant = stem + (session.name == "marked" ? ".settled" : "-00001.journal")
            try "settled: 0 orders cancelled\n".write(
                toFile: plant,
                atomically: false,
                encoding: .utf8
            )
            let recovery = try Program(
                ["recover", "--journal", session.journal, "--policy", "halt"] + live.place,
                state: session.journal + "/state",
                errors: live.folder.file("\(session.name) recovery")
            )
            let end = recovery.end(within: .seconds(40))
            let said = live.folder.text("\(session.name) recovery")
            #expect(end == .code(1) || end == .code(3), "\(String(describing: end)) \(said)")
            #expect(said.contains(plant), "\(said)")
        }
        #expect(live.openOrders() == [])
    }

    @Test("a stop in a recovery's first moment is a stop, with a code of its own")
    func earlyStop() throws {
        let live = try RestingSessions()
        let session = try live.start("work")
        try live.rest()
        session.program.signal(SIGKILL)
        #expect(session.program.end(within: .seconds(10)) == .signal(SIGKILL))
        func begin(_ words: [String]) throws -> Program {
            // The signal waits before the program has begun.
            try Program(
                words,
                under: [
                    "/usr/bin/env", "--block-signal=TERM", "/bin/sh", "-c",
                    #"kill -TERM $$; exec "$0" "$@""#,
                ],
                state: session.journal + "/state",
                errors: live.folder.file(words[0])
            )
        }
        let recovery = try begin(["recover", "--journal", session.journal] + live.place)
        #expect(recovery.end(within: .seconds(20)) == .code(1))
        #expect(live.folder.text("recover").contains("SIGTERM: stopping"))
        // What has no better answer ends by the signal.
        #expect(try begin(["doctor"]).end(within: .seconds(20)) == .signal(SIGTERM))
        let late = try Program(
            ["recover", "--journal", session.journal, "--policy", "halt"] + live.place,
            state: session.journal + "/state"
        )
        _ = late.end(within: .seconds(40))
        #expect(live.openOrders() == [])
    }

    @Test("places where nothing can be kept are refused in words")
    func places() throws {
        let live = try RestingSessions()
        func refusal(_ name: String, _ words: [String], state: String) throws -> String {
            let program = try Program(
                ["execute"] + live.place + live.order + words,
                state: state,
                errors: live.folder.file(name)
            )
            #expect(program.end(within: .seconds(20)) == .code(2), "\(name)")
            return live.folder.text(name)
        }
        let state = live.folder.path + "/state"
        let proc = try refusal("proc", ["--journal", "/proc"], state: state)
        #expect(proc.contains("/proc takes no files"), "\(proc)")
        let missing = try refusal("missing", ["--journal", state + "/no"], state: state)
        #expect(missing.contains("make the directory first"), "\(missing)")
        let noState = try refusal("no state", [], state: "/proc/sluice")
        #expect(noState.contains("cannot create /proc/sluice"), "\(noState)")
        let relative = try refusal("relative", [], state: "state")
        #expect(relative.contains("must be a path from the root"), "\(relative)")
    }
}
