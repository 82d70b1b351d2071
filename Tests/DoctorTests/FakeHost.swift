import Doctor
import Foundation
import Transport

/// A host made of files below a temporary directory, good in every respect until changed.
final class FakeHost {
    private let root = NSTemporaryDirectory() + "sluice-doctor-\(UUID().uuidString)"
    private var facts = HostFacts()

    init() {
        let cpu = "sys/devices/system/cpu"
        let files = [
            "\(cpu)/isolated": "2-3,6",
            "\(cpu)/nohz_full": "2-3",
            "\(cpu)/cpu3/cpufreq/scaling_governor": "performance",
            "\(cpu)/cpu3/cpuidle/state0/name": "POLL",
            "\(cpu)/cpu3/cpuidle/state0/latency": "0",
            "\(cpu)/cpu3/cpuidle/state1/name": "C1",
            "\(cpu)/cpu3/cpuidle/state1/latency": "2",
            "\(cpu)/cpu3/topology/thread_siblings_list": "3",
            "proc/interrupts": """
                       CPU0       CPU1       CPU2       CPU3
              25:          0          9          0          0  PCI-MSI  eth0-rx-0
             NMI:          0          0          0          0  Non-maskable
            """,
            "proc/irq/25/effective_affinity_list": "0-1",
            "proc/stat": "cpu  100000 0 100000 800000 0 0 0 10 0 0\ncpu0 1 2 3",
            "proc/swaps": "Filename Type Size Used Priority",
            "proc/sys/kernel/numa_balancing": "0",
            "proc/sys/kernel/random/entropy_avail": "256",
            "proc/sys/net/core/busy_read": "50",
            "proc/self/maps": "7f00-7f01 r-xp 0 fe:00 1 /usr/lib/liburing.so.2.3",
            "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never",
            "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc",
            "sys/devices/system/clocksource/clocksource0/available_clocksource": "tsc hpet",
        ]
        for (path, text) in files { set(path, text) }
        facts.kernel = "6.1.0-18-amd64"
        facts.openssl = "OpenSSL 3.0.15"
        facts.opensslNumber = 0x3000_00f0
        facts.backend = .failure(.tableFull)
        var configuration = LoopConfiguration()
        configuration.backend = .sockets
        if let loop = try? EventLoop(configuration) { facts.backend = .success(loop.backend) }
        facts.isCounterInvariant = true
        facts.counterDriftPartsPerBillion = -12
        facts.isClockDisciplined = true
        facts.clockErrorMicroseconds = 120
        facts.openFilesLimit = 4_096
        facts.hasRandomBytes = true
        var card = HostFacts.NetworkCard(name: "eth0")
        card.ring = 1_024
        card.ringLimit = 4_096
        card.receiveDelayMicroseconds = 0
        facts.cards = [card]
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Puts `text` where the kernel would have it; nil takes the file away.
    func set(_ path: String, _ text: String?) {
        let url = URL(fileURLWithPath: "\(root)/\(path)")
        try? FileManager.default.removeItem(at: url)
        guard let text else { return }
        let folder = url.deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data((text + "\n").utf8).write(to: url)
        } catch {
            fatalError("cannot write \(url.path): \(error)")
        }
    }

    /// What the doctor finds after `change`.
    func findings(core: Int? = 3, _ change: (inout HostFacts) -> Void = { _ in }) -> [Finding] {
        var changed = facts
        change(&changed)
        return Host(files: HostFiles(root: root), facts: changed, core: core).examine()
    }

    /// What it finds of one item.
    func finding(
        _ item: String,
        core: Int? = 3,
        _ change: (inout HostFacts) -> Void = { _ in }
    ) -> Finding? {
        findings(core: core, change).first { $0.item == item }
    }
}
