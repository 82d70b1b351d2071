extension Host {
    /// What makes the hot thread wait for memory.
    func memory() -> [Finding] { [hugePages(), swap(), numaBalancing()] }

    private func hugePages() -> Finding {
        let item = "memory.huge_pages"
        guard let text = files.text("sys/kernel/mm/transparent_hugepage/enabled") else {
            return .unknown(item, "the kernel does not say")
        }
        let chosen = text.split(separator: " ").first { $0.hasPrefix("[") }?.dropFirst().dropLast()
        let told = chosen.map(String.init) ?? text
        if told == "madvise" || told == "never" { return .fine(item, told) }
        return .advice(
            item,
            told,
            "compaction stalls any thread that touches memory: "
                + "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"
        )
    }

    private func swap() -> Finding {
        let item = "memory.swap"
        guard let table = files.text("proc/swaps") else {
            return .unknown(item, "/proc/swaps cannot be read")
        }
        if table.split(separator: "\n").count <= 1 { return .fine(item, "none") }
        return .advice(item, "in use or ready", "swapoff -a: a page on disk costs milliseconds")
    }

    private func numaBalancing() -> Finding {
        let item = "memory.numa_balancing"
        guard let value = files.number("proc/sys/kernel/numa_balancing") else {
            return .fine(item, "not in this kernel")
        }
        if value == 0 { return .fine(item, "off") }
        return .advice(item, "on", "sysctl kernel.numa_balancing=0: it unmaps pages to watch them")
    }
}
