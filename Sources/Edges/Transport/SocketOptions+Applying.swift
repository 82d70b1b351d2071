internal import CLinux
internal import Glibc
internal import Units

extension SocketOptions {
    /// Sets all that are wished for; adds what is refused to `refused`, each option once.
    func apply(_ descriptor: Int32, _ refused: inout [RefusedOption]) {
        if let userTimeout {
            set(SLUICE_USER_TIMEOUT, descriptor, userTimeout.count / 1_000_000, &refused)
        }
        if let keepAlive {
            set(SLUICE_KEEP_IDLE, descriptor, keepAlive.idle.count / 1_000_000_000, &refused)
            set(
                SLUICE_KEEP_INTERVAL,
                descriptor,
                keepAlive.interval.count / 1_000_000_000,
                &refused
            )
            set(SLUICE_KEEP_COUNT, descriptor, Int64(keepAlive.count), &refused)
            set(SLUICE_KEEP_ALIVE, descriptor, 1, &refused)
        }
        if let busyPoll { set(SLUICE_BUSY_POLL, descriptor, busyPoll.count / 1_000, &refused) }
        if let sendBufferBytes {
            set(SLUICE_SEND_BUFFER, descriptor, Int64(sendBufferBytes), &refused)
        }
    }

    /// Asks for the time of arrival with each receive.
    static func stampArrivals(_ descriptor: Int32, _ refused: inout [RefusedOption]) {
        SocketOptions().set(SLUICE_STAMP, descriptor, 1, &refused)
    }

    private func set(
        _ option: sluice_option,
        _ descriptor: Int32,
        _ value: Int64,
        _ refused: inout [RefusedOption]
    ) {
        let rc = sluice_set_option(descriptor, option, Int32(clamping: value))
        guard rc != 0 else { return }
        let told = RefusedOption(name: String(cString: sluice_option_name(option)), errno: rc)
        if !refused.contains(told) { refused.append(told) }
    }
}
