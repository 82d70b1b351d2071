import Book
import TestSupport
import Units

/// A story's states as the venue's messages. Ticks are of 0.10, lots of 0.001.
struct StoryText {
    static let symbol = "BTCUSDT"

    /// The whole book of a state, or the change to it.
    static func depth(
        _ story: VenueStory,
        _ index: Int,
        _ life: SocketLife,
        line: Int,
        asDelta: Bool,
        isBare: Bool = false,
        at venueNow: Nanoseconds
    ) -> String {
        let state = story.states[index]
        let levels = isBare ? (bids: [], asks: []) : story.levels(index, asDelta: asDelta)
        let u = state.u == 1 ? 1 : state.u + life.terms.gateways[line].offset
        let isStamped = !asDelta && life.terms.restampsSnapshots && state.u != 1
        let cts = (isStamped ? venueNow : state.time).millisecondCount
        return #"{"topic":"orderbook.50.\#(symbol)","type":"\#(asDelta ? "delta" : "snapshot")","#
            + #""ts":\#(venueNow.millisecondCount),"data":{"s":"\#(symbol)","#
            + #""b":[\#(text(levels.bids.reversed()))],"a":[\#(text(levels.asks))],"#
            + #""u":\#(u),"seq":\#(index)},"cts":\#(cts)}"#
    }

    /// The prints of these numbers.
    static func prints(_ numbers: ClosedRange<Int>, at venueNow: Nanoseconds) -> String {
        let time = venueNow.millisecondCount
        let list = numbers.map { number in
            #"{"T":\#(time),"s":"\#(symbol)","S":"Buy","v":"0.001","p":"103.00","#
                + #""L":"PlusTick","i":"print-\#(number)","BT":false,"seq":\#(number)}"#
        }
        return #"{"topic":"publicTrade.\#(symbol)","type":"snapshot","ts":\#(time),"#
            + #""data":[\#(list.joined(separator: ","))]}"#
    }

    private static func text(_ levels: some Sequence<LevelChange>) -> String {
        levels.map { level in
            let lots = level.lots
            let quantity =
                lots == 0
                ? "0" : "0." + String(repeating: "0", count: 3 - "\(lots)".count) + "\(lots)"
            return #"["\#(level.ticks / 10).\#(level.ticks % 10)0","\#(quantity)"]"#
        }.joined(separator: ",")
    }
}
