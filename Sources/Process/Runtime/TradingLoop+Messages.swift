internal import CLinux
internal import Engine
internal import Orders
internal import Telemetry
internal import Transport
internal import Units
internal import Venues

extension TradingLoop {
    /// A market data message: the path that everything else keeps out of the way of.
    mutating func marketMessage(_ message: Message) {
        let decoded = decoder.decode(message.payload)
        let decodedTicks = sluice_ticks()
        guard case .market(let event) = decoded else {
            if case .malformed = decoded { unreadableMarketMessage() }
            if case .control(.subscribe(succeeded: false, _)) = decoded { topicRefused() }
            return
        }
        let now = clock.time(message.receivedTicks)
        commands.removeAll()
        journal.record(.market(event), now: now)
        engine.observe(.market(event), now: now)
        let bookedTicks = sluice_ticks()
        engine.decide(now: now, commands: &commands)
        let decidedTicks = sluice_ticks()
        latencies.record(.decrypt, message.decryptedTicks &- message.receivedTicks)
        latencies.record(.decode, decodedTicks &- message.decryptedTicks)
        latencies.record(.book, bookedTicks &- decodedTicks)
        latencies.record(.decide, decidedTicks &- bookedTicks)
        if commands.count > 0 { send(receivedTicks: message.receivedTicks, now: now) }
    }

    /// A message about our orders, on the private or the order connection.
    mutating func orderMessage(_ message: Message) {
        let decoded = decoder.decode(message.payload)
        let now = clock.time(message.receivedTicks)
        switch decoded {
        case .orders(let events):
            for event in events {
                if case .reply(let reply) = event {
                    let sent = sentTicks[Int(reply.child.number) & (TradingLoop.sentCapacity - 1)]
                    if sent > 0 {
                        latencies.record(.orderToAnswer, message.receivedTicks &- sent)
                    }
                }
                step(.order(event), now)
            }
        case .malformed:
            unreadableOrderMessage()
        case .market, .control, .foreign, .ignored:
            break
        }
    }

    /// The venue does not offer the book that was asked for: there will never be one.
    private mutating func topicRefused() {
        fault = fault ?? LinkFault(link: .market, event: .topicRefused)
        step(.link(.feedDown(instrument.id)), clock.now)
    }

    /// A market data message that cannot be read may have changed the book: it is stale until the
    /// next snapshot, which `keepTime` asks for.
    private mutating func unreadableMarketMessage() {
        malformed &+= 1
        step(.link(.feedGap(instrument.id)), clock.now)
    }

    /// A message about our orders that cannot be read may have been a fill: from here on fills
    /// cannot be counted, so nothing new may leave.
    private mutating func unreadableOrderMessage() {
        malformed &+= 1
        fault = fault ?? LinkFault(link: .account, event: .unreadable)
        step(.link(.privateDown), clock.now)
    }

    /// Takes one event through the engine and sends what it calls for.
    mutating func step(_ event: EngineEvent, _ now: Nanoseconds) {
        commands.removeAll()
        journal.record(event, now: now)
        engine.step(event, now: now, commands: &commands)
        if commands.count > 0 { send(receivedTicks: 0, now: now) }
    }

    /// Encodes and sends one command.
    mutating func send(_ command: OrderCommand, receivedTicks: UInt64) {
        let start = sluice_ticks()
        guard let room = loop.beginMessage(links.trade) else {
            return refused(command, as: .refused)
        }
        let length = encoder.encode(command, at: clock.time(start) + clockOffset, into: room)
        let encoded = sluice_ticks()
        let result = loop.endMessage(links.trade, length: length)
        let sent = sluice_ticks()
        switch result {
        case .sent, .queued:
            latencies.record(.encode, encoded &- start)
            latencies.record(.send, sent &- encoded)
            if receivedTicks != 0 { latencies.record(.wireToOrder, sent &- receivedTicks) }
            remember(command, sent)
        case .refused(let refusal):
            // A socket that broke may have taken the bytes: then only the venue knows.
            refused(command, as: refusal == .broken ? .unknown : .refused)
        }
    }

    private func remember(_ command: OrderCommand, _ ticks: UInt64) {
        sentTicks[Int(command.child.number) & (TradingLoop.sentCapacity - 1)] = ticks
    }

    /// The command did not leave the process: the same to the engine as the venue's own answer.
    /// What it calls for is sent at the next event.
    mutating func refused(_ command: OrderCommand, as outcome: OrderReply.Outcome) {
        let reply = OrderReply(
            operation: command.operation,
            child: command.child,
            outcome: outcome,
            remedy: outcome == .unknown ? .reconcile : .retry,
            code: 0,
            orderID: .none
        )
        let now = clock.now
        journal.record(.order(.reply(reply)), isObservedOnly: true, now: now)
        engine.observe(.order(.reply(reply)), now: now)
    }
}
