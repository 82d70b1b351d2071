internal import CLinux
internal import Engine
internal import Orders
internal import Units

extension TradingLoop {
    /// Hands a command to the courier. From here it is in flight like any other, whatever waits in
    /// front of it.
    mutating func hand(_ command: OrderCommand, _ receivedTicks: UInt64, _ start: UInt64) {
        let task = CourierTask(command: command, handedAt: clock.time(start))
        guard courier.hand(task) else { return refused(command, as: .refused) }
        let handed = sluice_ticks()
        latencies.record(.send, handed &- start)
        if receivedTicks != 0 { latencies.record(.wireToOrder, handed &- receivedTicks) }
        remember(command, handed)
    }

    /// Takes what the courier was answered.
    @inline(__always)
    mutating func takeReplies(_ now: Nanoseconds) {
        while let answer = courier.answer() {
            while let sample = courier.venueTime() { take(refusal: sample, now) }
            take(answer, now)
        }
    }

    @inline(never)
    private mutating func take(_ answer: CourierAnswer, _ now: Nanoseconds) {
        let sent = sentTicks[Int(answer.child.number) & (TradingLoop.sentCapacity - 1)]
        if sent > 0 { latencies.record(.orderToAnswer, sluice_ticks() &- sent) }
        take(answer.reply, now)
    }
}
