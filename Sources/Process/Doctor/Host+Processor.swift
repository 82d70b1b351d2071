extension Host {
    private static let cpu = "sys/devices/system/cpu"

    /// The core of the hot thread, and what disturbs it.
    func processor() -> [Finding] {
        [isolation(), ticklessness(), interrupts(), governor(), sleepStates(), siblings(), steal()]
    }

    private func isolation() -> Finding {
        let item = "cpu.isolated"
        guard let list = files.text("\(Host.cpu)/isolated").flatMap(ProcessorList.init) else {
            return .unknown(item, "the kernel does not say")
        }
        let told = list.members.isEmpty ? "none" : Host.text(list.members)
        if let core {
            guard files.exists("\(Host.cpu)/cpu\(core)") else {
                let cores = files.text("\(Host.cpu)/online").flatMap(ProcessorList.init)
                return .failed(
                    item,
                    "there is no core \(core)",
                    "name one that exists"
                        + (cores.map { ": " + Host.text($0.members) } ?? "")
                )
            }
            if list.members.contains(core) { return .fine(item, told) }
        } else if !list.members.isEmpty {
            return .fine(item, told)
        }
        return .advice(
            item,
            told,
            "keep other work off the hot thread's core: isolcpus=managed_irq,domain,N on the "
                + "kernel's command line, and sluice --core N"
        )
    }

    private func ticklessness() -> Finding {
        let item = "cpu.nohz_full"
        // Absent and "(null)" both mean that no core is without its tick.
        let list = files.text("\(Host.cpu)/nohz_full").flatMap(ProcessorList.init)
        let members = list?.members ?? []
        let suffices = core.map { members.contains($0) } ?? !members.isEmpty
        if suffices { return .fine(item, Host.text(members)) }
        return .advice(
            item,
            members.isEmpty ? "none" : Host.text(members),
            "stop the timer tick on the hot thread's core: nohz_full=N rcu_nocbs=N"
        )
    }

    /// Interrupts that a card may raise on the hot thread's core.
    private func interrupts() -> Finding {
        let item = "cpu.interrupts"
        guard let core else { return .unknown(item, "no core named: give --core") }
        guard files.exists("\(Host.cpu)/cpu\(core)") else {
            return .unknown(item, "there is no core \(core)")
        }
        guard let table = files.text("proc/interrupts") else {
            return .unknown(item, "/proc/interrupts cannot be read")
        }
        var guilty: [String] = []
        for line in table.split(separator: "\n").dropFirst() {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard let number = words.first?.dropLast(), Int(number) != nil, let name = words.last
            else { continue }
            let path = "proc/irq/\(number)/effective_affinity_list"
            guard let list = files.text(path).flatMap(ProcessorList.init) else { continue }
            if list.members.contains(core) { guilty.append("\(number) (\(name))") }
        }
        if guilty.isEmpty { return .fine(item, "none on core \(core)") }
        return .advice(
            item,
            "on core \(core): " + guilty.joined(separator: ", "),
            "move them: stop irqbalance or ban the core in it, then write other cores to "
                + "/proc/irq/NUMBER/smp_affinity_list"
        )
    }

    private func governor() -> Finding {
        let item = "cpu.governor"
        let path = "\(Host.cpu)/cpu\(core ?? 0)/cpufreq/scaling_governor"
        guard let governor = files.text(path) else {
            return .unknown(item, "no frequency scaling is visible (usual in virtual machines)")
        }
        if governor == "performance" { return .fine(item, governor) }
        return .advice(item, governor, "cpupower frequency-set -g performance")
    }

    private func sleepStates() -> Finding {
        let item = "cpu.sleep"
        let base = "\(Host.cpu)/cpu\(core ?? 0)/cpuidle"
        let states = files.names(base).filter { $0.hasPrefix("state") }
        if states.isEmpty { return .unknown(item, "no idle states are visible") }
        let slow = states.compactMap { state -> String? in
            guard let latency = files.number("\(base)/\(state)/latency"), latency > 10,
                files.number("\(base)/\(state)/disable") != 1
            else { return nil }
            return "\(files.text("\(base)/\(state)/name") ?? state) (\(latency) µs)"
        }
        if slow.isEmpty { return .fine(item, "no enabled state takes over 10 µs to leave") }
        return .advice(
            item,
            slow.joined(separator: ", "),
            "cpupower idle-set -D 10, or run with --spin, which never idles"
        )
    }

    private func siblings() -> Finding {
        let item = "cpu.siblings"
        let path = "\(Host.cpu)/cpu\(core ?? 0)/topology/thread_siblings_list"
        guard let list = files.text(path).flatMap(ProcessorList.init) else {
            return .unknown(item, "the kernel does not say")
        }
        if list.members.count <= 1 { return .fine(item, "core \(core ?? 0) is one thread") }
        return .advice(
            item,
            Host.text(list.members),
            "the hot thread shares a core's units with its sibling: leave the sibling idle, or "
                + "turn SMT off (nosmt)"
        )
    }

    private static func text(_ cores: Set<Int>) -> String {
        cores.sorted().map(String.init).joined(separator: ",")
    }

    /// Time a hypervisor gave to others, of all since boot.
    private func steal() -> Finding {
        let item = "cpu.steal"
        let line = files.text("proc/stat")?.split(separator: "\n").first ?? ""
        let times = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard times.count >= 8, times[..<8].reduce(0, +) > 0 else {
            return .unknown(item, "/proc/stat does not say")
        }
        let share = times[7] / times[..<8].reduce(0, +) * 100
        let told = "\((share * 100).rounded() / 100) % since boot"
        if share < 0.1 { return .fine(item, told) }
        return .advice(item, told, "use a dedicated host or a metal instance: others take our time")
    }
}
