internal import Algos
internal import Transport
internal import Units
internal import Venues

/// What a session asks the venue before it connects to trade, and what follows from it.
struct SessionGround {
    let inquiry: VenueInquiry
    let facts: VenueFacts
    let order: Preparation
    /// Past volume, for a profile that nobody gave.
    let history: [VolumeBar]?
    let protection: DisconnectProtection

    /// Asks; `inquiry` learns the product class.
    init(
        _ configuration: SessionConfiguration,
        _ inquiry: inout VenueInquiry,
        _ loop: inout EventLoop
    ) throws(SessionError) {
        if configuration.category == nil { try inquiry.findCategory(&loop) }
        var facts = try inquiry.facts(&loop)
        order = try Preparation(configuration, facts)
        if case .vwap(nil) = configuration.request.algorithm {
            let bars = try inquiry.klines(&loop, minutes: Preparation.historyMinutes)
            history = bars.map { VolumeBar(start: $0.start, volume: $0.volume) }
        } else {
            history = nil
        }
        if facts.instrument.category == .spot {
            let funds = try inquiry.funds(&loop, facts.instrument)
            try inquiry.checkFunds(&loop, funds, order, facts.instrument)
            facts.baseBalance = funds.base
        }
        if configuration.limits.maxDailyLoss != nil {
            let day: EarlierDay
            do {
                day = EarlierDay(try inquiry.today(&loop, facts.instrument), at: inquiry.clock())
            } catch {
                throw error.after("max_daily_loss wants the account's fills of the day")
            }
            // What only closes a position may begin all the same.
            if let objection = day.objection(order.limits.maxDailyLoss, facts.instrument),
                !order.reduceOnly
            {
                throw objection
            }
            facts.today = day
        }
        protection = try inquiry.protect(&loop, configuration)
        self.facts = facts
        self.inquiry = inquiry
    }
}
