internal import Book
internal import Simulation
internal import Units
internal import Wire

extension TradingFloor {
    /// Publishes the book to every depth topic whose levels changed.
    func publishBook(_ desk: MarketDesk, _ now: Nanoseconds) {
        if let end = trouble.silentUntil, now < end {
            // What is kept back comes in one message when the silence ends.
            desk.ownChangesDueAt = end
            return
        }
        desk.ownChangesDueAt = nil
        publishTicker(desk, now)
        guard let deepest = desk.publications.keys.max() else { return }
        let book = desk.exchange.snapshot(depth: deepest)
        desk.sequence += 1
        for depth in desk.publications.keys.sorted() {
            let topic = VenueTopic.book(desk: desk.index, depth: depth)
            guard sessions.values.contains(where: { $0.topics.contains(topic) }) else {
                // Nobody listens any more: the next subscriber starts over.
                desk.publications[depth] = nil
                continue
            }
            guard let change = desk.publications[depth]?.publish(book),
                let publication = desk.publications[depth]
            else { continue }
            guard let fault = trouble.bookFaults[topic] else {
                broadcast(where: { $0.topics.contains(topic) }) {
                    $0.book(desk, publication, change, now)
                }
                continue
            }
            trouble.bookFaults[topic] = nil
            publish(topic, fault, desk, publication, change, now)
        }
    }

    /// Sends a new subscriber the whole book as its topic's other subscribers hold it.
    func sendSnapshot(
        _ desk: MarketDesk,
        depth: Int,
        to session: VenueSession,
        _ now: Nanoseconds
    ) {
        var publication = desk.publications[depth] ?? BookPublication(depth: depth)
        if desk.publications[depth] == nil {
            _ = publication.publish(desk.exchange.snapshot(depth: depth))
            desk.publications[depth] = publication
        }
        send(session) { $0.book(desk, publication, publication.shown, now) }
    }

    private func publish(
        _ topic: VenueTopic,
        _ fault: BookFault,
        _ desk: MarketDesk,
        _ publication: BookPublication,
        _ change: ShownDepth,
        _ now: Nanoseconds
    ) {
        let isWanted = { (session: VenueSession) in session.topics.contains(topic) }
        switch fault {
        case .lose: break
        case .repeat:
            for _ in 0..<2 {
                broadcast(where: isWanted) { $0.book(desk, publication, change, now) }
            }
        case .corrupt:
            broadcast(where: isWanted) {
                $0.book(desk, publication, change, now)
                $0.truncate(to: $0.count - 1)
                $0.append("?")
            }
        case .reset:
            desk.publications[publication.depth]?.restart()
            guard let restarted = desk.publications[publication.depth] else { return }
            broadcast(where: isWanted) { $0.book(desk, restarted, restarted.shown, now) }
        }
    }

    /// Publishes the prints among `events`.
    func publishTrades(_ desk: MarketDesk, _ events: [ExchangeEvent], _ now: Nanoseconds) {
        let prints = events.compactMap { if case .print(let print) = $0 { print } else { nil } }
        let topic = VenueTopic.trades(desk: desk.index)
        for start in stride(from: 0, to: prints.count, by: 1_024) {
            desk.sequence += 1
            let part = prints[start..<min(prints.count, start + 1_024)]
            // The tick direction moves on even when nobody listens.
            let directions = part.map { desk.direction(of: $0) }
            for print in part { desk.note(print, now) }
            let silent = trouble.silentUntil.flatMap { now < $0 ? $0 : nil }
            let late = trouble.lateness(.prints)
            let time = silent ?? (late > .zero ? now + late : nil)
            broadcast(where: { $0.topics.contains(topic) }, at: time) { out in
                out.append(#"{"topic":"publicTrade."#)
                out.append(desk.market.symbol)
                out.append(#"","type":"snapshot","ts":"#)
                out.append(now.millisecondCount)
                out.append(#","data":["#)
                for (i, print) in part.enumerated() {
                    if i > 0 { out.append(",") }
                    out.print(print, directions[i], desk, names, now)
                }
                out.append("]}")
            }
        }
    }
}

extension MarketDesk {
    /// The venue's word for how a print's price lies to the one before.
    fileprivate func direction(of print: ExchangePrint) -> StaticString {
        let before = lastPrint ?? print.price.ticks
        lastPrint = print.price.ticks
        if print.price.ticks == before {
            return lastWasUp ? "ZeroPlusTick" : "ZeroMinusTick"
        }
        lastWasUp = print.price.ticks > before
        return lastWasUp ? "PlusTick" : "MinusTick"
    }
}

extension ByteWriter {
    fileprivate mutating func book(
        _ desk: MarketDesk,
        _ publication: BookPublication,
        _ change: ShownDepth,
        _ now: Nanoseconds
    ) {
        append(#"{"topic":"orderbook."#)
        append(Int64(publication.depth))
        append(".")
        append(desk.market.symbol)
        // The venue's own order of fields: time first for spot and for the touch.
        let timeFirst = desk.market.category == .spot || publication.depth == 1
        if timeFirst {
            append(#"","ts":"#)
            append(now.millisecondCount)
            append(change.kind == .snapshot ? #","type":"snapshot""# : #","type":"delta""#)
        } else {
            append(change.kind == .snapshot ? #"","type":"snapshot","# : #"","type":"delta","#)
            append(#""ts":"#)
            append(now.millisecondCount)
        }
        append(#","data":{"s":""#)
        append(desk.market.symbol)
        append(#"","b":["#)
        levels(change.bids, desk.instrument)
        append(#"],"a":["#)
        levels(change.asks, desk.instrument)
        append(#"],"u":"#)
        append(publication.update)
        append(#","seq":"#)
        append(desk.sequence)
        append(#"},"cts":"#)
        append(now.millisecondCount)
        append("}")
    }

    /// Appends price and quantity of each level.
    mutating func levels(_ levels: [LevelChange], _ instrument: Instrument) {
        for (i, level) in levels.enumerated() {
            append(i == 0 ? #"[""# : #",[""#)
            append(level.ticks, scale: instrument.tick)
            append(#"",""#)
            if level.lots == 0 {
                append("0")
            } else {
                append(level.lots, scale: instrument.lot)
            }
            append(#""]"#)
        }
    }

    fileprivate mutating func print(
        _ print: ExchangePrint,
        _ direction: StaticString,
        _ desk: MarketDesk,
        _ names: VenueNames,
        _ now: Nanoseconds
    ) {
        append(#"{"T":"#)
        append(now.millisecondCount)
        member("s", desk.market.symbol)
        append(print.aggressor == .buy ? #","S":"Buy""# : #","S":"Sell""#)
        member("v", print.quantity.lots, desk.instrument.lot)
        member("p", print.price.ticks, desk.instrument.tick)
        if desk.market.category == .linear {
            append(#","L":""#)
            append(direction)
            append("\"")
        }
        switch print.source {
        case .feed(let id): member("i", id.text)
        case .fill(let number): member("i", names.fill(number, desk: desk.index))
        }
        append(print.isBlock ? #","BT":true"# : #","BT":false"#)
        append(print.isRPI ? #","RPI":true"# : #","RPI":false"#)
        append(#","seq":"#)
        append(desk.sequence)
        append("}")
    }
}
