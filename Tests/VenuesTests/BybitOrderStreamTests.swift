import Book
import Orders
import TestSupport
import Testing
import Units
import Venues

@Suite("Bybit's private messages", .timeLimit(.minutes(3)))
struct BybitOrderStreamTests {
    private static func order(_ replacements: [(String, String)]) -> Copied {
        var text = Fixtures.order
        for (part, other) in replacements {
            #expect(text.contains(part))
            text = text.replacing(part, with: other)
        }
        return Copied.decode(text)
    }

    private static func update(_ copied: Copied) -> OrderUpdate? {
        guard case .orders(let events) = copied, case .update(let update) = events.first else {
            return nil
        }
        return update
    }

    @Test("an order becomes our child, with the venue's cumulative fill")
    func order() throws {
        let update = try #require(Self.update(Self.order([])))
        #expect(
            update
                == OrderUpdate(
                    child: Fixtures.child,
                    orderID: ExternalID("9aac161b-8ed6-450d-9cab-c5cc67c21784")!,
                    status: .partiallyFilled,
                    reason: .none,
                    price: Price(ticks: 618_001),
                    quantity: Quantity(lots: 250),
                    filled: Quantity(lots: 100),
                    updatedAt: .milliseconds(1_700_000_001_004)
                )
        )
    }

    @Test(
        "the venue's words become status and reason",
        arguments: [
            ("New", "UNKNOWN", "EC_NoError", .new, .none),
            ("Filled", "UNKNOWN", "EC_NoError", .filled, .none),
            // A cancel that lost to the fill: the second of two `Filled` messages.
            ("Filled", "CancelByUser", "EC_OrigClOrdIDDoesNotExist", .filled, .cancelTooLate),
            ("Cancelled", "CancelByUser", "EC_PerCancelRequest", .cancelled, .byUser),
            ("Cancelled", "CancelByUser", "EC_NoError", .cancelled, .byUser),
            (
                "Cancelled", "UNKNOWN", "EC_PostOnlyWillTakeLiquidity", .cancelled,
                .postOnlyWouldTake
            ),
            ("Rejected", "UNKNOWN", "EC_PostOnlyWillTakeLiquidity", .rejected, .postOnlyWouldTake),
            ("Cancelled", "UNKNOWN", "EC_NoImmediateQtyToFill", .cancelled, .noLiquidity),
            ("PartiallyFilledCanceled", "UNKNOWN", "EC_NoError", .cancelled, .none),
            ("Deactivated", "CancelByDCP", "EC_NoError", .cancelled, .disconnected),
            ("Cancelled", "CancelByDCP", "EC_PerCancelRequest", .cancelled, .disconnected),
            ("Cancelled", "CancelByReduceOnly", "EC_PerCancelRequest", .cancelled, .other),
            ("Surprising", "New_Word", "EC_Surprise", .other, .other),
        ] as [(String, String, String, OrderStatus, OrderEndReason)]
    )
    func words(
        _ status: String,
        _ cancel: String,
        _ reject: String,
        _ expected: OrderStatus,
        _ reason: OrderEndReason
    ) throws {
        let update = try #require(
            Self.update(
                Self.order([
                    ("PartiallyFilled", status), (#":"UNKNOWN""#, ":\"\(cancel)\""),
                    ("EC_NoError", reject),
                ])
            )
        )
        #expect(update.status == expected)
        #expect(update.reason == reason)
    }

    @Test("an empty number is zero")
    func emptyNumbers() throws {
        let update = try #require(
            Self.update(Self.order([(#""0.100""#, #""""#), (#""61800.10""#, #""""#)]))
        )
        #expect(update.filled == .zero)
        #expect(update.price == Price(ticks: 0))
    }

    @Test(
        "orders of others are counted, whatever their prices look like",
        arguments: ["", "by-hand", "S7k2Qx9b-00000001-0000002a", "S7k2Qx9a-00000001-0000002A"]
    )
    func foreign(_ link: String) {
        #expect(
            Self.order([(Fixtures.link, link), ("61800.10", "market")]) == .foreign(1)
        )
    }

    @Test("the same symbol in another category is told apart by its steps")
    func categories() throws {
        let update = try #require(
            Self.update(Self.order([(#""linear""#, #""spot""#), ("61800.10", "61800.11")]))
        )
        #expect(update.price == Price(ticks: 6_180_011))
        #expect(update.quantity == Quantity(lots: 250_000))
    }

    @Test("a trade execution is a fill with its fee")
    func execution() {
        let fill = Execution(
            child: Fixtures.child,
            id: ExternalID("0ab1bdf7-4219-438b-b30a-32ec863018f7")!,
            orderID: ExternalID("9aac")!,
            side: .buy,
            price: Price(ticks: 618_001),
            quantity: Quantity(lots: 100),
            isMaker: true,
            fee: CoinAmount(billionths: 1_236_002_000),
            matchedAt: .milliseconds(1_700_000_001_003)
        )
        #expect(Copied.decode(Fixtures.execution) == .orders([.execution(fill)]))
    }

    @Test("funding and settlement come in the same stream and are no fills")
    func funding() {
        var decoder = Fixtures.decoder()
        for type in ["Funding", "Settle", "Delivery", "Surprising"] {
            let text = Fixtures.execution.replacing(#""Trade""#, with: "\"\(type)\"")
            #expect(Copied.decode(Array(text.utf8), &decoder) == .ignored)
        }
        #expect(decoder.otherExecutionCount == 4)
        #expect(decoder.foreignCount == 0)
        // All of them but funding move a position.
        #expect(decoder.strangeMoveCount == 3)
        for (part, other) in [("BTCUSDT", "ETHUSDT"), (#""linear""#, #""inverse""#)] {
            let liquidation = Fixtures.execution.replacing(#""Trade""#, with: #""BustTrade""#)
            let text = liquidation.replacing(part, with: other)
            #expect(Copied.decode(Array(text.utf8), &decoder) == .ignored)
        }
        #expect(decoder.strangeMoveCount == 3)
    }

    @Test("a fee finer than a billionth is rounded, not refused: the fill must not be lost")
    func fineFee() {
        let text = Fixtures.execution.replacing("1.236002", with: "-0.0000000125")
        guard case .orders(let events) = Copied.decode(text),
            case .execution(let fill) = events.first
        else {
            Issue.record("no fill")
            return
        }
        #expect(fill.fee == CoinAmount(billionths: -13))
    }

    @Test(
        "a reply names its request's operation and child",
        arguments: [
            ("P", 0, .place, .accepted), ("P", 110_007, .place, .refused),
            ("P", 10_000, .place, .unknown), ("P", 10_016, .place, .unknown),
            ("P", 20_003, .place, .refused), ("P", 110_072, .place, .unknown),
            ("C", 110_001, .cancel, .alreadyFinished), ("A", 110_008, .amend, .alreadyFinished),
            ("C", 170_213, .cancel, .alreadyFinished), ("C", 170_142, .cancel, .alreadyFinished),
            ("P", 110_001, .place, .refused), ("A", 110_064, .amend, .refused),
            ("A", 99_999_999_999, .amend, .unknown),
        ] as [(String, Int, OrderOperation, OrderReply.Outcome)]
    )
    func reply(
        _ letter: String,
        _ code: Int,
        _ operation: OrderOperation,
        _ outcome: OrderReply.Outcome
    ) {
        let text = Fixtures.reply.replacing("\"PS7k", with: "\"\(letter)S7k")
            .replacing(#""retCode":0"#, with: #""retCode":\#(code)"#)
        let expected = OrderReply(
            operation: operation,
            child: Fixtures.child,
            outcome: outcome,
            remedy: BybitReturnCode.remedy(Int64(code), of: operation),
            code: Int32(clamping: code),
            orderID: ExternalID("9aac161b")!
        )
        #expect(Copied.decode(text) == .orders([.reply(expected)]))
    }

    @Test("a reply without its request id is known by the order link id")
    func replyByLink() {
        let text = Fixtures.reply.replacing(
            #""reqId":"PS7k2Qx9a-00000001-0000002a00000000","#,
            with: ""
        )
        guard case .orders(let events) = Copied.decode(text), case .reply(let reply) = events.first
        else {
            Issue.record("no reply")
            return
        }
        #expect(reply.operation == .place && reply.child == Fixtures.child)
    }

    @Test("order link ids read back as the child that was written, and only those of the session")
    func linkIDs() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<2_000 {
            let child = ChildID(
                parent: ParentID(.random(in: 0...(.max), using: &random)),
                number: .random(in: 0...(.max), using: &random)
            )
            let text = OrderLinkID.text(child, Fixtures.session)
            #expect(text.utf8.count <= 36)
            #expect(text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
            var bytes = Array(text.utf8)
            let read = bytes.withUnsafeBytes { OrderLinkID.read($0, Fixtures.session) }
            #expect(read == child)
            bytes[Int.random(in: 0..<26, using: &random)] = UInt8(ascii: "_")
            #expect(bytes.withUnsafeBytes { OrderLinkID.read($0, Fixtures.session) } == nil)
        }
        #expect(SessionPrefix("short") == nil)
        #expect(SessionPrefix("has-dash") == nil)
        #expect(SessionPrefix("S7k2Qx9a")?.text == "S7k2Qx9a")
    }
}
