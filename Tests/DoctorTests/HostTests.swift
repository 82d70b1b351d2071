import Doctor
import Foundation
import Testing
import Transport

@Suite("The doctor looks at a host", .timeLimit(.minutes(3)))
struct HostTests {
    private static let cpu = "sys/devices/system/cpu"

    @Test("a host with nothing wrong has nothing to change")
    func nothingWrong() {
        let findings = FakeHost().findings()
        #expect(findings.filter { $0.verdict != .fine } == [])
        #expect(findings.allSatisfy { $0.advice == nil && !$0.found.isEmpty })
        #expect(Set(findings.map(\.item)).count == findings.count)
        #expect(Examination(findings).isFine)
    }

    /// A file, what is wrong in it, the item that sees it, and what its advice must name.
    private static let faults: [(String, String?, String, String)] = [
        ("\(cpu)/isolated", "", "cpu.isolated", "isolcpus"),
        ("\(cpu)/isolated", "0-2", "cpu.isolated", "--core"),
        ("\(cpu)/nohz_full", "(null)", "cpu.nohz_full", "nohz_full"),
        ("\(cpu)/nohz_full", nil, "cpu.nohz_full", "rcu_nocbs"),
        ("proc/irq/25/effective_affinity_list", "0-3", "cpu.interrupts", "smp_affinity_list"),
        ("\(cpu)/cpu3/cpufreq/scaling_governor", "powersave", "cpu.governor", "performance"),
        ("\(cpu)/cpu3/cpuidle/state1/latency", "133", "cpu.sleep", "--spin"),
        ("\(cpu)/cpu3/topology/thread_siblings_list", "1,3", "cpu.siblings", "nosmt"),
        ("proc/stat", "cpu  1000 0 0 1000 0 0 0 500 0 0", "cpu.steal", "dedicated"),
        (
            "sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never",
            "memory.huge_pages", "madvise"
        ),
        ("proc/swaps", "Filename Type\n/dev/sda2 partition", "memory.swap", "swapoff"),
        ("proc/sys/kernel/numa_balancing", "1", "memory.numa_balancing", "sysctl"),
        ("proc/sys/net/core/busy_read", "0", "network.busy_read", "busy_poll"),
        (
            "sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet",
            "clock.source", "echo tsc"
        ),
    ]

    @Test("each fault in a file is one piece of advice, and no failure", arguments: faults.indices)
    func fault(index: Int) throws {
        let (path, text, item, word) = HostTests.faults[index]
        let host = FakeHost()
        host.set(path, text)
        let findings = host.findings()
        let wrong = findings.filter { $0.verdict != .fine }
        #expect(wrong.map(\.item) == [item])
        #expect(wrong.first?.verdict == .advice)
        #expect(wrong.first?.advice?.contains(word) == true)
        #expect(Examination(findings).isFine)
    }

    @Test("what cannot be read is unknown, not fine and not failed")
    func unreadable() {
        let host = FakeHost()
        let files = [
            "\(HostTests.cpu)/cpu3/cpufreq/scaling_governor": "cpu.governor",
            "\(HostTests.cpu)/isolated": "cpu.isolated",
            "\(HostTests.cpu)/cpu3/topology/thread_siblings_list": "cpu.siblings",
            "proc/interrupts": "cpu.interrupts",
            "proc/stat": "cpu.steal",
            "proc/swaps": "memory.swap",
            "proc/sys/net/core/busy_read": "network.busy_read",
            "proc/self/maps": "library.liburing",
            "sys/kernel/mm/transparent_hugepage/enabled": "memory.huge_pages",
            "sys/devices/system/clocksource/clocksource0/current_clocksource": "clock.source",
        ]
        for path in files.keys { host.set(path, nil) }
        let findings = host.findings()
        let unknown = findings.filter { $0.verdict == .unknown }.map(\.item)
        #expect(Set(unknown) == Set(files.values))
        #expect(Examination(findings).isFine)
    }

    @Test(
        "what the kernel writes in no known form is unknown",
        arguments: ["3-1", "a", "1-2-3", "-"]
    )
    func garbage(text: String) {
        let host = FakeHost()
        host.set("\(HostTests.cpu)/isolated", text)
        #expect(host.finding("cpu.isolated")?.verdict == .unknown)
    }

    @Test("a core that does not exist fails; without a core any isolated one will do")
    func cores() {
        let host = FakeHost()
        host.set("sys/devices/system/cpu/online", "0-1")
        let missing = host.finding("cpu.isolated", core: 64)
        #expect(missing?.verdict == .failed && missing?.advice == "name one that exists: 0,1")
        #expect(host.finding("cpu.interrupts", core: 64)?.verdict == .unknown)
        #expect(host.finding("cpu.isolated", core: nil)?.verdict == .fine)
        #expect(host.finding("cpu.interrupts", core: nil)?.verdict == .unknown)
    }

    @Test("needed things that are missing fail")
    func needed() {
        let host = FakeHost()
        #expect(
            host.finding("library.openssl") { $0.opensslNumber = 0x1010_1000 }?.verdict == .failed
        )
        #expect(host.finding("limits.entropy") { $0.hasRandomBytes = false }?.verdict == .failed)
        #expect(host.finding("limits.open_files") { $0.openFilesLimit = 32 }?.verdict == .failed)
        #expect(host.finding("limits.open_files") { $0.openFilesLimit = 256 }?.verdict == .advice)
        let drift = host.finding("clock.drift") { $0.counterDriftPartsPerBillion = 2_000_000 }
        #expect(drift?.verdict == .failed && drift?.advice?.contains("SLUICE_TICKS") == true)
        let io = host.finding("limits.io") { $0.backend = .failure(.ringUnavailable(1)) }
        #expect(io?.verdict == .failed && io?.found.contains("io_uring") == true)
    }

    @Test("what only slows it down is advice")
    func advice() {
        let host = FakeHost()
        #expect(host.finding("clock.counter") { $0.isCounterInvariant = false }?.verdict == .advice)
        #expect(host.finding("clock.ntp") { $0.isClockDisciplined = false }?.verdict == .advice)
        #expect(host.finding("library.kernel") { $0.kernel = "5.15.0" }?.verdict == .advice)
        #expect(host.finding("library.kernel") { $0.kernel = "6.18.4-x" }?.verdict == .fine)
        #expect(host.finding("library.kernel") { $0.kernel = "mine" }?.verdict == .unknown)
        let memory = host.finding("limits.locked_memory") { $0.lockedBytesLimit = 8 << 20 }
        #expect(memory?.verdict == .advice)
        let ring = host.finding("network.eth0.ring") { $0.cards[0].ring = 256 }
        #expect(ring?.advice?.contains("ethtool -G eth0 rx 4096") == true)
        let delay = host.finding("network.eth0.coalescing") {
            $0.cards[0].receiveDelayMicroseconds = 50
        }
        #expect(delay?.advice?.contains("rx-usecs 0") == true)
        let silent = host.finding("network.eth1") { $0.cards = [.init(name: "eth1")] }
        #expect(silent?.verdict == .unknown)
    }

    @Test("one failure fails the whole, and the text names it")
    func report() throws {
        let host = FakeHost()
        let examination = Examination(host.findings { $0.hasRandomBytes = false })
        #expect(!examination.isFine)
        let text = examination.text()
        #expect(text.contains("failed  limits.entropy") && text.contains("→ TLS needs them"))
        #expect(text.hasSuffix("0 advice, 0 unknown, 1 failed"))
    }

    @Test("this very host can be read, and a loop made")
    func current() {
        let findings = Host.current(core: 0).examine()
        let items = findings.map(\.item)
        #expect(items.contains("limits.io") && items.contains("clock.drift"))
        let verdicts = ["limits.io", "library.openssl", "limits.entropy", "clock.drift"].map {
            item in
            findings.first { $0.item == item }?.verdict
        }
        #expect(!verdicts.contains(.failed) && !verdicts.contains(nil))
    }
}
