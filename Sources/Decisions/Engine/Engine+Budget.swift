internal import Orders
internal import Risk
internal import Units

extension Engine {
    /// Heeds what a reply says of the venue's budget.
    mutating func heedBudget(_ reply: OrderReply, _ number: Int, _ now: Nanoseconds) {
        let child = orders[number]
        gate.budget.heed(
            reply,
            category(child.instrument),
            requestedAt: reply.operation == .place ? child.sentAt : child.requestedAt,
            now: now
        )
    }

    /// Lets the step's commands of one operation and product class leave as a batch where there are
    /// several, as far as the venue's budget for batches goes.
    mutating func batch(_ commands: inout CommandBuffer, from first: Int, _ now: Nanoseconds) {
        // A place or an amend alone, as nearly every step's command is.
        if commands.count == first &+ 1, commands[first].operation != .cancel { return }
        // By hand, for `allCases` is an array.
        batch(&commands, from: first, .place, now)
        batch(&commands, from: first, .amend, now)
        batch(&commands, from: first, .cancel, now)
    }

    private mutating func batch(
        _ commands: inout CommandBuffer,
        from first: Int,
        _ operation: OrderOperation,
        _ now: Nanoseconds
    ) {
        batch(&commands, from: first, operation, .linear, now)
        batch(&commands, from: first, operation, .spot, now)
    }

    private mutating func batch(
        _ commands: inout CommandBuffer,
        from first: Int,
        _ operation: OrderOperation,
        _ category: ProductCategory,
        _ now: Nanoseconds
    ) {
        var count = 0
        for i in first..<commands.count
        where commands[i].operation == operation
            && self.category(commands[i].instrument) == category
        {
            count &+= 1
        }
        if count == 0 { return }
        var left = gate.budget.batch(operation, category, count: count, now: now)
        for i in first..<commands.count where left > 0 {
            let command = commands[i]
            if command.operation == operation && self.category(command.instrument) == category {
                commands.batch(i)
                left &-= 1
            }
        }
    }

    mutating func category(_ instrument: InstrumentID) -> ProductCategory {
        markets[Int(instrument.index)].filters.category
    }
}
