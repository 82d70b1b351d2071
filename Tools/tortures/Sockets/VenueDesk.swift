import Synchronization
import TestSupport
import Units

/// The venue's side of one life: its market, and what goes wrong with whom.
final class VenueDesk {
    let life: SocketLife
    var peers: [FaultyPeer] = []
    private var random: SplitMix64
    private var prints = 0
    private var nextTurn = Nanoseconds.zero
    /// Faults done, by name.
    private(set) var faults: [String: Int] = [:]

    init(_ life: SocketLife) {
        self.life = life
        random = SplitMix64(seed: life.seed ^ 0x7065_6572)
    }

    /// Moves the market and strikes, when a turn is due.
    func turn(_ now: Nanoseconds) {
        guard now >= nextTurn else { return }
        nextTurn = now + LifeTerms.turn
        if life.isMoving(now) && random.next() % 1_000_000 < life.terms.moves {
            life.story.withLock { $0.move(at: life.venueNow(now)) }
            tell(now, asDelta: true)
        }
        if life.isMoving(now) && random.next() % 20 == 0 {
            // What is traded is taken from the book.
            life.story.withLock { $0.move(at: life.venueNow(now)) }
            tell(now, asDelta: true)
            let first = prints
            prints += 1 + random.below(3)
            let text = StoryText.prints(first...(prints - 1), at: life.venueNow(now))
            for peer in peers where peer.isSubscribed { peer.say(text, now) }
        }
        if life.isTroubled(now) && random.next() % 1_000_000 < life.terms.faults { strike(now) }
    }

    /// Answers a client's message.
    func heard(_ peer: FaultyPeer, _ bytes: [UInt8], _ now: Nanoseconds) {
        let text = String(decoding: bytes, as: UTF8.self)
        let isBook = text.contains("orderbook.")
        if text.contains(#""op":"ping""#) {
            peer.say(#"{"success":true,"ret_msg":"pong","conn_id":"c","op":"ping"}"#, now)
        } else if text.contains(#""op":"unsubscribe""#) {
            if isBook { peer.isSubscribed = false }
            peer.say(reply("unsubscribe", isBook), now)
        } else if text.contains(#""op":"subscribe""#) {
            peer.say(reply("subscribe", isBook), now)
            guard isBook else { return }
            peer.isSubscribed = true
            if peer.isMute && peer.wakesWhenAsked { peer.isMute = false }
            if !peer.isMute { peer.say(depth(peer, asDelta: false, now), now) }
        }
    }

    private func reply(_ op: String, _ isBook: Bool) -> String {
        #"{"success":true,"ret_msg":"","conn_id":"c","req_id":"\#(isBook ? "book" : "trades")","#
            + #""op":"\#(op)"}"#
    }

    /// The last state for one peer.
    private func depth(
        _ peer: FaultyPeer,
        asDelta: Bool,
        isBare: Bool = false,
        _ now: Nanoseconds
    ) -> String {
        life.story.withLock { story in
            StoryText.depth(
                story,
                story.states.count - 1,
                life,
                line: peer.line,
                asDelta: asDelta,
                isBare: isBare,
                at: life.venueNow(now)
            )
        }
    }

    /// Tells every subscriber of the last state.
    private func tell(_ now: Nanoseconds, asDelta: Bool, isBare: Bool = false) {
        for peer in peers where peer.isSubscribed && !peer.isMute {
            if peer.dropsNext && asDelta && !isBare {
                peer.dropsNext = false
                continue
            }
            var text = depth(peer, asDelta: asDelta, isBare: isBare, now)
            if peer.corruptsNext {
                peer.corruptsNext = false
                text.removeLast(1 + random.below(text.utf8.count / 2))
            }
            peer.say(text, now)
            if peer.repeatsNext {
                peer.repeatsNext = false
                peer.say(text, now)
            }
        }
    }

    // MARK: Faults

    private func strike(_ now: Nanoseconds) {
        let open = peers.filter { $0.connection.phase == .open && !$0.isFrozen }
        guard !open.isEmpty else { return }
        let peer = open[random.below(open.count)]
        let name: String
        switch random.below(22) {
        case 0:
            name = "cut"
            peer.end(.cut)
        case 1:
            name = "cut of all"
            for peer in open { peer.end(.cut) }
        case 2:
            name = "reset"
            peer.end(.reset)
        case 3:
            name = "cut in a record"
            peer.spoilNext(.end(.cut))
        case 4:
            name = "reset in a record"
            peer.spoilNext(.end(.reset))
        case 5:
            name = "close in order"
            peer.closeInOrder(now)
        case 6:
            name = "flipped bit"
            peer.spoilNext(.flip)
        case 7:
            name = "lost bytes"
            peer.spoilNext(.lose)
        case 8:
            name = "doubled bytes"
            peer.spoilNext(.double)
        case 9, 10:
            name = "stall"
            let longest = random.below(4) == 0 ? 1_500 : 300
            peer.stalledUntil = now + .milliseconds(Int64(10 + random.below(longest)))
        case 11:
            name = "bytes one by one"
            peer.trickleUntil = now + .milliseconds(Int64(100 + random.below(400)))
        case 12:
            name = "frozen"
            peer.isFrozen = true
        case 13:
            name = "mute topic"
            peer.isMute = true
            peer.wakesWhenAsked = random.below(2) == 0
        case 14:
            name = "bad frame"
            peer.write(FaultyFrame.broken[random.below(FaultyFrame.broken.count)])
            peer.pump(now)
        case 15:
            name = "unreadable message"
            peer.corruptsNext = true
        case 16, 17:
            name = "lost message"
            peer.dropsNext = true
        case 18:
            name = "doubled message"
            peer.repeatsNext = true
        case 19:
            name = "fragments"
            peer.fragmentsNext = true
        case 20:
            name = "unasked snapshot"
            if peer.isSubscribed && !peer.isMute {
                peer.say(depth(peer, asDelta: false, now), now)
            }
        default:
            name = "restart"
            life.story.withLock { $0.restart(at: life.venueNow(now)) }
            let isBare = random.below(5) == 0
            tell(now, asDelta: isBare, isBare: isBare)
            for peer in open where random.below(3) == 0 { peer.end(.cut) }
        }
        faults[name, default: 0] += 1
    }
}
