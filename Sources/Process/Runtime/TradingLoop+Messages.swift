internal import CLinux
internal import Engine
internal import Orders
internal import Telemetry
internal import Transport
internal import Units
internal import Venues

extension TradingLoop {
    /// A market data message: the path that everything else keeps out of the way of.
    mutating func marketMessage(_ message: Message, _ line: Int) {
        let decoded = decoder.decode(message.payload)
        let decodedTicks = sluice_ticks()
        let now = clock.time(message.receivedTicks)
        feed.lines.heard(line, now: now)
        guard case .market(let told) = decoded else { return marketControl(decoded, line, now) }
        guard let event = firstTold(told, line, now) else { return attendFeed(now) }
        commands.removeAll()
        journal.record(event, now: now)
        engine.observe(event, now: now)
        let bookedTicks = sluice_ticks()
        engine.decide(now: now, commands: &commands)
        let decidedTicks = sluice_ticks()
        latencies.record(.decrypt, message.decryptedTicks &- message.receivedTicks)
        latencies.record(.decode, decodedTicks &- message.decryptedTicks)
        latencies.record(.book, bookedTicks &- decodedTicks)
        latencies.record(.decide, decidedTicks &- bookedTicks)
        if commands.count > 0 { send(receivedTicks: message.receivedTicks, now: now) }
        noteActed(event, message, line, now, bookedTicks: bookedTicks)
    }

    /// A message about our orders, on the private or the order connection.
    mutating func orderMessage(_ message: Message, _ id: ConnectionID) {
        let decoded = decoder.decode(message.payload)
        let now = clock.time(message.receivedTicks)
        if id == account.id { account.heard(now) } else if id == trade?.id { trade?.heard(now) }
        switch decoded {
        case .orders(let events):
            var isDraining = false
            for event in events {
                if case .reply(let reply) = event {
                    let sent = sentTicks[Int(reply.child.number) & (TradingLoop.sentCapacity - 1)]
                    // A later request for the same order may have left since the answer came.
                    if sent > 0 && sent < message.receivedTicks {
                        latencies.record(.orderToAnswer, message.receivedTicks &- sent)
                    }
                    isDraining = isDraining || reply.code == BybitReturnCode.draining
                }
                takeStampRefusal(event, now)
                noteMatch(event, now)
                let isOpenThoughEnded = engine.discrepancy(event) == .openThoughEnded
                if case .reply(let reply) = event {
                    take(reply, now)
                } else {
                    step(.order(event), now)
                }
                if isOpenThoughEnded { withdraw(event) }
            }
            if isDraining { giveUp(id, for: .draining, now) }
        case .account(let statements):
            for statement in statements { take(statement, isStreamed: true, now) }
            notePrivateHeard(id, now)
        case .malformed:
            giveUp(id, for: .unreadable, now)
        case .control(let control):
            linkControl(control, id, now)
            notePrivateHeard(id, now)
        case .foreign, .ignored, .unreadable:
            // What cannot be read of a statement is asked for in time.
            notePrivateHeard(id, now)
        case .market, .bounds:
            decoder.noteUnasked()
        }
    }

    /// Takes an answer through the engine, and notes for how long nothing leaves because of it.
    mutating func take(_ reply: OrderReply, _ now: Nanoseconds) {
        let before = pausedUntil(reply.operation)
        step(.order(.reply(reply)), now)
        if reply.remedy == .enlarge || reply.remedy == .reduce {
            // What the venue takes may be other than what was asked at the start.
            _ = reconciliation.askInstrument(now)
        }
        let until = pausedUntil(reply.operation)
        answerCodes.note(reply, pausedUntil: until > before ? until : now, now)
    }

    /// Until when no request of that kind leaves for what the venue has answered.
    private mutating func pausedUntil(_ operation: OrderOperation) -> Nanoseconds {
        max(
            engine.pausedUntil(parent),
            engine.gate.budget.pausedUntil(operation, instrument.category)
        )
    }

    /// The engine hears of fills on the account's stream alone, and must know that they would come.
    private mutating func notePrivateHeard(_ id: ConnectionID, _ now: Nanoseconds) {
        if id == account.id && account.isUp { step(.account(.privateHeard), now) }
    }

    /// Takes one event through the engine and sends what it calls for.
    mutating func step(_ event: EngineEvent, _ now: Nanoseconds) {
        commands.removeAll()
        journal.record(event, now: now)
        engine.step(event, now: now, commands: &commands)
        if commands.count > 0 { send(receivedTicks: 0, now: now) }
    }

    /// Sends one command, or lets it wait for its neighbours of the same batch: `flushBatch` sends
    /// what waits.
    mutating func send(_ command: OrderCommand, isBatched: Bool, receivedTicks: UInt64) {
        if isBatched && !isByCourier {
            if !batch.takes(command) { flushBatch() }
            batch.append(command)
        } else {
            send(command, receivedTicks: receivedTicks)
        }
    }

    /// Sends the batch that was gathered.
    mutating func flushBatch() {
        if batch.commands.count > 0 { sendBatch() }
    }

    @inline(never)
    private mutating func sendBatch() {
        let start = sluice_ticks()
        let commands = batch.commands
        defer { batch.removeAll() }
        var refusal: OrderReply.Outcome? = .refused
        if trade?.isUp == true, let id = trade?.id, let room = loop.beginMessage(id) {
            let venueTime = clock.time(start) + venueClock.offset
            let (length, number) = encoder.encode(batch: commands, at: venueTime, into: room)
            decoder.expect(batch: number, commands)
            let encoded = sluice_ticks()
            switch loop.endMessage(id, length: length) {
            case .sent, .queued:
                let sent = sluice_ticks()
                latencies.record(.encode, encoded &- start)
                latencies.record(.send, sent &- encoded)
                for command in commands { remember(command, sent) }
                batch.sent &+= 1
                batch.sentCommands &+= commands.count
                refusal = nil
            case .refused(let reason):
                refusal = reason == .broken ? .unknown : .refused
            }
        }
        if let refusal { for command in commands { refused(command, as: refusal) } }
    }

    /// Encodes and sends one command.
    mutating func send(_ command: OrderCommand, receivedTicks: UInt64) {
        let start = sluice_ticks()
        if isByCourier { return hand(command, receivedTicks, start) }
        guard trade?.isUp == true, let id = trade?.id, let room = loop.beginMessage(id) else {
            return refused(command, as: .refused)
        }
        let venueTime = clock.time(start) + venueClock.offset
        let length = encoder.encode(command, at: venueTime, into: room)
        let encoded = sluice_ticks()
        let result = loop.endMessage(id, length: length)
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

    func remember(_ command: OrderCommand, _ ticks: UInt64) {
        sentTicks[Int(command.child.number) & (TradingLoop.sentCapacity - 1)] = ticks
        if command.operation == .place { placedTicks[Int(command.child.number)] = ticks }
    }

    /// When a child left; nil when it did not leave this process.
    func placedAt(_ child: ChildID) -> Nanoseconds? {
        let ticks = placedTicks[Int(child.number)]
        return ticks == 0 ? nil : clock.time(ticks)
    }

    /// The command did not leave the process: the same to the engine as the venue's own answer.
    /// What it calls for is sent at the next event.
    mutating func refused(_ command: OrderCommand, as outcome: OrderReply.Outcome) {
        let reply = OrderEvent.reply(.refused(command, as: outcome))
        let now = clock.now
        journal.record(.order(reply), isObservedOnly: true, now: now)
        engine.observe(.order(reply), now: now)
    }
}
