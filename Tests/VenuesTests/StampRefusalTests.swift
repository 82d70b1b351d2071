import Orders
import TestSupport
import Testing
import Units

@testable import Venues

@Suite("Refused time stamps", .timeLimit(.minutes(1)))
struct StampRefusalTests {
    private static let time = Nanoseconds.milliseconds(1_700_000_000_123)
    private static let words =
        "invalid request, req_timestamp[1700000060000],server_timestamp[1700000000123],"
        + "recv_window[5000]"

    @Test("a REST refusal tells the venue's time in its words, else with its envelope")
    func rest() {
        func read(_ text: String) -> StampRefusal? { BybitReplies.stampRefusal(Array(text.utf8)) }
        let told = StampRefusal(time: Self.time)
        for code in [10_002, -1] {
            #expect(read(#"{"retCode":\#(code),"time":1700000000123}"#) == told)
            let both = #"{"retCode":\#(code),"retMsg":"\#(Self.words)","time":1700000009999}"#
            #expect(read(both) == told)
        }
        #expect(read(#"{"retCode":10002,"retMsg":"late","result":{}}"#) == StampRefusal())
        let odd = #"{"retCode":10002,"retMsg":"server_timestamp[","time":0}"#
        #expect(read(odd) == StampRefusal())
        #expect(read(#"{"retCode":0,"time":1700000000123}"#) == nil)
        #expect(read(#"{"retCode":10003,"time":1700000000123}"#) == nil)
        #expect(read("<html>") == nil)
    }

    @Test("the trade socket tells it in its header, and only of the last reply")
    func socket() {
        var decoder = BybitDecoder(instruments: [], session: SessionPrefix("testtest")!)
        func decode(_ text: String) {
            let padded = PaddedBytes(text)
            withExtendedLifetime(padded) { _ = decoder.decode(padded.payload) }
        }
        let refused =
            #"{"reqId":"x","retCode":10002,"retMsg":"late","op":"order.cancel","data":{},"#
            + #""retExtInfo":{},"header":{"Timenow":"1700000000123"},"connId":"c"}"#
        decode(refused)
        #expect(decoder.stampRefusal == StampRefusal(time: Self.time))
        decode(#"{"reqId":"x","retCode":110001,"retMsg":"gone","op":"order.cancel","data":{}}"#)
        #expect(decoder.stampRefusal == nil)
        decode(#"{"reqId":"x","retCode":-1,"retMsg":"\#(Self.words)","op":"order.create"}"#)
        #expect(decoder.stampRefusal == StampRefusal(time: Self.time))
    }
}
