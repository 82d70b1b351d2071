import Units

extension LineLife {
    /// Something may go wrong now.
    mutating func strike() {
        guard random.next() % 1_000_000 < faults else { return }
        if random.next() % 6 == 0 { return restartVenue() }
        if random.next() % 12 == 0 {
            // The book's publisher stands still behind living gateways.
            let length = 200 + Int64(random.next() % 9_000)
            publisherStood = true
            publisherStandsUntil = publisherStandsUntil ?? now + .milliseconds(length)
            return
        }
        let i = Int(random.next() % UInt64(connections.count))
        guard case .open = connections[i].phase else { return }
        switch random.next() % 10 {
        case 0: cut(i)
        case 1:
            let length = random.next() % 4 == 0 ? 6_000 : 1_500
            let stall = 10 + Int64(random.next() % UInt64(length))
            connections[i].stalledUntil = now + .milliseconds(stall)
        case 2: connections[i].isFrozen = true
        case 3:
            connections[i].isMute = true
            connections[i].wakesWhenAsked = random.next() % 2 == 0
        case 4, 5: connections[i].dropsNext = true
        case 6: connections[i].repeatsNext = true
        case 7:
            if random.next() % 2 == 0 {
                connections[i].corruptsNext = true
            } else {
                connections[i].corruptsPrints = true
            }
        case 8:
            // The venue sends the whole book again, unasked.
            if connections[i].isSubscribed && !connections[i].isMute {
                connections[i].send(.snapshot(published), now, now + venueOffset, &random)
            }
        default:
            for j in 0..<connections.count {
                if case .open = connections[j].phase { cut(j) }
            }
        }
    }

    private mutating func cut(_ i: Int) {
        connections[i].end()
        lines.closed(i, now: now)
        act()
    }

    /// The venue starts its numbering over; some of its connections may not live through it.
    private mutating func restartVenue() {
        publisherStandsUntil = nil
        story.restart(at: now + venueOffset)
        published = story.states.count - 1
        let isBare = random.next() % 5 == 0
        tell { isBare ? .bareRestart($0) : .snapshot($0) }
        for i in 0..<connections.count where random.next() % 3 == 0 {
            if case .open = connections[i].phase { cut(i) }
        }
    }
}
