internal import Units
internal import Wire

extension TradingFloor {
    /// Bars up to now, newest first: the level of prices is the book's, the volumes follow the
    /// hours of a day as they do on average. A shape to plan by, and no history.
    func klines(
        _ parameters: [String: String],
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ResultWriter {
        let desk = try desk(parameters)
        guard let minutes = Int64(parameters["interval"] ?? ""),
            [1, 3, 5, 15, 30, 60].contains(minutes)
        else { throw .parameter("interval") }
        let limit = Int64(parameters["limit"] ?? "200") ?? 0
        guard limit > 0 else { throw .parameter("limit") }
        let length = minutes * 60_000
        let end = Int64(parameters["end"] ?? "") ?? .max
        let start = max(0, Int64(parameters["start"] ?? "") ?? 0)
        let newest = min(max(0, end), now.millisecondCount) / length
        let bars = (0..<min(limit, 1_000)).map { (newest - $0) * length }.filter { $0 >= start }
        let profile = IntradayProfile(referenceTicks: desk.referenceTicks, desk.instrument)
        return { out in
            out.append(#""category":""#)
            out.append(desk.market.category.name)
            out.append(#"","symbol":""#)
            out.append(desk.market.symbol)
            out.append(#"","list":["#)
            for (i, start) in bars.enumerated() {
                let bar = profile.bar(startMinute: start / 60_000, minutes: minutes)
                out.append(i == 0 ? #"[""# : #",[""#)
                out.append(start)
                for ticks in [bar.open, bar.high, bar.low, bar.close] {
                    out.append(#"",""#)
                    out.append(ticks, scale: desk.instrument.tick)
                }
                out.append(#"",""#)
                out.append(bar.lots, scale: desk.instrument.lot)
                out.append(#"",""#)
                let traded = Notional(Price(ticks: bar.close), Quantity(lots: bar.lots))
                out.append(desk.instrument.amount(traded))
                out.append(#""]"#)
            }
            out.append("]")
        }
    }
}
