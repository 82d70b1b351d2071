import Foundation
import Synchronization
import Testing

@testable import Runtime

/// Files that are removed, or put in others' place, under a process that is found by them.
@Suite("Presence", .serialized, .timeLimit(.minutes(1)))
final class PresenceTests {
    /// What a presence told.
    private final class Heard: Sendable {
        let words = Mutex<[Presence.Word]>([])
        var notes: [String] {
            words.withLock { words in
                words.compactMap { if case .note(let text) = $0 { text } else { nil } }
            }
        }
        var halts: Int {
            words.withLock { words in
                words.count { if case .halted = $0 { true } else { false } }
            }
        }
        var supplanted: [String] {
            words.withLock { words in
                words.compactMap { if case .supplanted(let text) = $0 { text } else { nil } }
            }
        }
    }

    private let folder = NSTemporaryDirectory() + "sluice-presence-\(UUID().uuidString)"
    private let heard = Heard()
    private var killSwitch: KillSwitch { KillSwitch(folder: folder) }
    private var entry: String { "\(folder)/sessions/\(getpid())" }
    private let account = "bybit host:443 key 1"
    private let market = "linear-BTCUSDT"

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func enter() throws -> Presence {
        let heard = heard
        return try killSwitch.enter { word in heard.words.withLock { $0.append(word) } }
    }

    private func isHad(_ outcome: ClaimOutcome) -> Bool {
        if case .had = outcome { return true }
        return false
    }

    @Test("an instrument is claimed once for an account, until the claim is let go of")
    func claims() throws {
        let presence = try enter()
        var first: ClaimOutcome? = try presence.claim(account, market)
        #expect(first.map(isHad) == true)
        guard case .taken(let holder) = try presence.claim(account, market) else {
            Issue.record("two have it")
            return
        }
        #expect(holder == "\(getpid())")
        #expect(try isHad(presence.claim("bybit host:443 key 2", market)))
        #expect(try isHad(presence.claim(account, "spot-BTCUSDT")))
        #expect(try isHad(presence.claim(account, "linear-ETHUSDT")))
        first = nil
        #expect(try isHad(presence.claim(account, market)))
    }

    @Test("the entry tells what is worked, and for which account, also when it was made again")
    func work() throws {
        let presence = try enter()
        #expect(killSwitch.work(of: getpid()).isEmpty)
        var claim: ClaimOutcome? = try presence.claim(account, market)
        #expect(killSwitch.work(of: getpid()) == "\(market) as \(account)")
        try FileManager.default.removeItem(atPath: entry)
        presence.look()
        #expect(killSwitch.work(of: getpid()) == "\(market) as \(account)")
        withExtendedLifetime(claim) {}
        claim = nil
        #expect(killSwitch.work(of: getpid()).isEmpty)
    }

    @Test("what is removed under a session is made and locked again, and told in one line")
    func removed() throws {
        let presence = try enter()
        let claim = try presence.claim(account, market)
        for count in 1...2 {
            try FileManager.default.removeItem(atPath: folder)
            presence.look()
            #expect(try killSwitch.living() == [getpid()])
            #expect(heard.notes.count == count, "\(heard.notes)")
            guard case .taken(let holder) = try presence.claim(account, market) else {
                Issue.record("the claim is free")
                return
            }
            #expect(holder == "\(getpid())")
        }
        #expect(heard.notes[0].contains(entry), "\(heard.notes)")
        #expect(heard.supplanted.isEmpty && heard.halts == 0)
        withExtendedLifetime((presence, claim)) {}
    }

    @Test("the files are looked at without being asked")
    func watched() throws {
        let presence = try enter()
        try FileManager.default.removeItem(atPath: folder)
        let deadline = ContinuousClock.now + .seconds(20)
        while try killSwitch.living().isEmpty, ContinuousClock.now < deadline { usleep(5_000) }
        #expect(try killSwitch.living() == [getpid()])
        withExtendedLifetime(presence) {}
    }

    @Test("who lost a claim to another says so once, and leaves the other's file alone")
    func supplanted() throws {
        var presence: Presence? = try enter()
        var claim = try presence?.claim(account, market)
        let path = killSwitch.claimPath(account, market)
        let other = try #require(try LockFile(folder + "/other"))
        other.write("4242")
        #expect(rename(folder + "/other", path) == 0)
        presence?.look()
        presence?.look()
        #expect(heard.supplanted.count == 1)
        #expect(heard.supplanted.first?.contains("process 4242 works") == true)
        claim = nil
        presence = nil
        #expect(try LockFile.isHeld(path))
        withExtendedLifetime((other, claim)) {}
    }

    @Test("a session that cannot be seen by a halt halts by the marker, once")
    func outOfSight() throws {
        let presence = try enter()
        try FileManager.default.moveItem(atPath: entry, toPath: folder + "/moved")
        try FileManager.default.createDirectory(
            atPath: entry,
            withIntermediateDirectories: false
        )
        for _ in 0..<3 { presence.look() }
        #expect(heard.halts == 0)
        #expect(heard.notes.count == 1, "\(heard.notes)")
        let halt = try killSwitch.halt(reason: "test") { _ in }
        #expect(halt.told.isEmpty)
        #expect(halt.unseen?.description.contains(entry) == true)
        for _ in 0..<3 { presence.look() }
        #expect(heard.halts == 1)
    }

    @Test("who enters while the switch is thrown knows it, and is not told again")
    func enteredHalted() throws {
        _ = try killSwitch.halt(reason: "test") { _ in }
        let presence = try enter()
        #expect(presence.haltReason == "test")
        try FileManager.default.removeItem(atPath: entry)
        presence.look()
        #expect(heard.halts == 0 && heard.notes.count == 1)
    }

    /// What may lie where a file of ours should be.
    enum Planted: CaseIterable {
        case link
        case danglingLink
        case folder
        case pipe

        func put(at path: String, _ victim: String) {
            switch self {
            case .link: symlink(victim, path)
            case .danglingLink: symlink(victim + "-missing", path)
            case .folder: mkdir(path, 0o700)
            case .pipe: mkfifo(path, 0o600)
            }
        }
    }

    @Test(
        "nothing that was planted is followed, written to or waited for",
        arguments: Planted.allCases
    )
    func planted(_ planted: Planted) throws {
        for name in ["sessions", "claims"] {
            try FileManager.default.createDirectory(
                atPath: folder + "/" + name,
                withIntermediateDirectories: true
            )
        }
        let victim = folder + "/victim"
        try "untouched".write(toFile: victim, atomically: false, encoding: .utf8)

        let presence = try enter()
        let claim = killSwitch.claimPath(account, market)
        planted.put(at: claim, victim)
        let error = #expect(throws: KillSwitchError.self) { try presence.claim(account, market) }
        #expect(error?.description.contains(claim) == true, "\(String(describing: error))")

        planted.put(at: folder + "/halted", victim)
        #expect(killSwitch.reason != nil)
        let halt = try killSwitch.halt(reason: "overwritten") { _ in }
        #expect(halt.unmarked?.description.contains("/halted") == true)
        #expect(halt.told == [getpid()])
        #expect(killSwitch.reason != nil)

        #expect(rename(entry, folder + "/moved") == 0)
        planted.put(at: entry, victim)
        presence.look()
        #expect(heard.notes.contains { $0.contains(entry) }, "\(heard.notes)")
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "untouched")
        #expect(access(victim + "-missing", F_OK) != 0)
    }
}
