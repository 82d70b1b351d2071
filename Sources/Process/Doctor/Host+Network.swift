extension Host {
    /// The way from the wire to the socket.
    func network() -> [Finding] { [busyPolling()] + facts.cards.flatMap(card) }

    private func busyPolling() -> Finding {
        let item = "network.busy_read"
        guard let read = files.number("proc/sys/net/core/busy_read") else {
            return .unknown(item, "not in this kernel")
        }
        if read > 0 { return .fine(item, "\(read) µs") }
        return .advice(
            item,
            "off",
            "with a physical card and --spin: sysctl net.core.busy_read=50 net.core.busy_poll=50"
        )
    }

    private func card(_ card: HostFacts.NetworkCard) -> [Finding] {
        var findings: [Finding] = []
        let item = "network.\(card.name)"
        if let ring = card.ring, let most = card.ringLimit {
            findings.append(
                ring >= min(most, 1_024)
                    ? .fine("\(item).ring", "\(ring) of \(most)")
                    : .advice(
                        "\(item).ring",
                        "\(ring) of \(most)",
                        "bursts overrun a short ring: ethtool -G \(card.name) rx \(min(most, 4_096))"
                    )
            )
        }
        if let delay = card.receiveDelayMicroseconds {
            findings.append(
                delay == 0
                    ? .fine("\(item).coalescing", "off")
                    : .advice(
                        "\(item).coalescing",
                        "\(delay) µs",
                        "ethtool -C \(card.name) adaptive-rx off rx-usecs 0"
                    )
            )
        }
        if findings.isEmpty {
            findings.append(.unknown(item, "its driver tells neither ring nor coalescing"))
        }
        return findings
    }
}
