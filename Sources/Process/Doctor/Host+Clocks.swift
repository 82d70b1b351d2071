extension Host {
    /// Whether stamps can be believed.
    func clocks() -> [Finding] { [source(), counter(), drift(), discipline()] }

    private func source() -> Finding {
        let item = "clock.source"
        let base = "sys/devices/system/clocksource/clocksource0"
        guard let current = files.text("\(base)/current_clocksource") else {
            return .unknown(item, "the kernel does not say")
        }
        // The processor's own counter, by its name on x86 and on ARM.
        if current == "tsc" || current == "arch_sys_counter" { return .fine(item, current) }
        let known = files.text("\(base)/available_clocksource") ?? ""
        return .advice(
            item,
            current,
            known.contains("tsc")
                ? "echo tsc > /\(base)/current_clocksource"
                : "the kernel distrusts the counter (dmesg says why): choose another host"
        )
    }

    private func counter() -> Finding {
        let item = "clock.counter"
        if facts.isCounterInvariant { return .fine(item, "of one rate in all states") }
        return .advice(
            item,
            "not invariant",
            "stamps come from CLOCK_MONOTONIC, at 20 ns each: choose another host"
        )
    }

    private func drift() -> Finding {
        let item = "clock.drift"
        let parts = facts.counterDriftPartsPerBillion
        let told = "\(Double(parts) / 1_000) ppm against CLOCK_MONOTONIC"
        // NTP steers CLOCK_MONOTONIC by up to 500 ppm; more is no clock.
        if parts.magnitude < 500_000 { return .fine(item, told) }
        return .failed(item, told, "run with SLUICE_TICKS=monotonic")
    }

    private func discipline() -> Finding {
        let item = "clock.ntp"
        if facts.isClockDisciplined {
            return .fine(item, "within \(facts.clockErrorMicroseconds) µs")
        }
        return .advice(
            item,
            "the kernel's clock is held by nobody",
            "run chrony: the venue refuses a clock that is 1 s ahead or 5 s behind (10002)"
        )
    }
}
