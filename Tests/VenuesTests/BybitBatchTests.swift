import Orders
import TestSupport
import Testing
import Units
import Venues

@Suite("Bybit's batches", .timeLimit(.minutes(3)))
struct BybitBatchTests {
    private static func child(_ number: UInt32) -> ChildID {
        ChildID(parent: ParentID(1), number: number)
    }

    private static func commands(_ operation: OrderOperation, _ count: UInt32) -> [OrderCommand] {
        (0..<count).map { i in
            let instrument = Fixtures.linear.id
            switch operation {
            case .place:
                return .place(
                    PlaceOrder(
                        child: child(i),
                        instrument: instrument,
                        side: i % 2 == 0 ? .buy : .sell,
                        timeInForce: .postOnly,
                        price: Price(ticks: 618_000 + Int64(i)),
                        quantity: Quantity(lots: 250)
                    )
                )
            case .amend:
                return .amend(
                    AmendOrder(
                        child: child(i),
                        instrument: instrument,
                        price: Price(ticks: 618_000 + Int64(i)),
                        quantity: Quantity(lots: 250)
                    )
                )
            case .cancel: return .cancel(CancelOrder(child: child(i), instrument: instrument))
            }
        }
    }

    private static func encode(_ commands: [OrderCommand]) -> (text: String, number: UInt32) {
        var encoder = BybitEncoder(instruments: [Fixtures.linear], session: Fixtures.session)
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: BybitEncoder.batchCapacity,
            alignment: 64
        )
        defer { room.deallocate() }
        let (length, number) = commands.withUnsafeBufferPointer {
            encoder.encode(batch: $0, at: .milliseconds(1_700_000_000_950), into: room)
        }
        return (String(decoding: room[..<length], as: UTF8.self), number)
    }

    /// The events of a reply to `sent`, which went out as batch 0.
    private static func decode(_ text: String, _ sent: [OrderCommand]) -> [OrderEvent]? {
        var decoder = BybitDecoder(instruments: [Fixtures.linear], session: Fixtures.session)
        sent.withUnsafeBufferPointer { decoder.expect(batch: 0, $0) }
        let padded = PaddedBytes(Array(text.utf8))
        return withExtendedLifetime(padded) {
            guard case .orders(let events) = decoder.decode(padded.payload) else { return nil }
            return Array(events)
        }
    }

    private static func replies(_ events: [OrderEvent]?) -> [OrderReply] {
        (events ?? []).compactMap { if case .reply(let reply) = $0 { reply } else { nil } }
    }

    @Test("a batch of cancels is one message with a name for each")
    func cancels() {
        #expect(
            Self.encode(Self.commands(.cancel, 2)).text
                == #"{"reqId":"cS7k2Qx9a-00000001-0000000000000000","header":{"#
                + #""X-BAPI-TIMESTAMP":"1700000000950","X-BAPI-RECV-WINDOW":"5000"},"#
                + #""op":"order.cancel-batch","args":[{"category":"linear","request":["#
                + #"{"symbol":"BTCUSDT","orderLinkId":"S7k2Qx9a-00000001-00000000"},"#
                + #"{"symbol":"BTCUSDT","orderLinkId":"S7k2Qx9a-00000001-00000001"}]}]}"#
        )
    }

    @Test(
        "a batch says of each order what its own message would",
        arguments: [
            OrderOperation.place, .amend, .cancel,
        ]
    )
    func sameTerms(_ operation: OrderOperation) {
        let commands = Self.commands(operation, UInt32(BybitEncoder.batchCount))
        let batch = Self.encode(commands).text
        var encoder = BybitEncoder(instruments: [Fixtures.linear], session: Fixtures.session)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_024, alignment: 64)
        defer { room.deallocate() }
        var at = batch.startIndex
        for command in commands {
            let length = encoder.encode(command, at: .milliseconds(1_700_000_000_950), into: room)
            let text = String(decoding: room[..<length], as: UTF8.self)
            let entry = text.range(of: #""symbol""#).map {
                "{" + text[$0.lowerBound...].dropLast(2)
            }
            guard let entry, let found = batch[at...].range(of: entry) else {
                Issue.record("\(text) is not in \(batch)")
                return
            }
            at = found.upperBound
        }
        #expect(batch[at...] == "]}]}")
    }

    @Test("each order of a batch has its own answer, also one that is not named")
    func answers() {
        let sent = Self.commands(.cancel, 3)
        let text = """
            {"reqId":"cS7k2Qx9a-00000001-0000000000000000","retCode":0,"retMsg":"OK",\
            "op":"order.cancel-batch","data":{"list":[\
            {"category":"linear","symbol":"BTCUSDT","orderId":"","orderLinkId":""},\
            {"category":"linear","symbol":"BTCUSDT","orderId":"b",\
            "orderLinkId":"S7k2Qx9a-00000001-00000001"},\
            {"category":"linear","symbol":"BTCUSDT","orderId":"","orderLinkId":""}]},\
            "retExtInfo":{"list":[{"code":110001,"msg":"gone"},{"code":0,"msg":"OK"},\
            {"code":10006,"msg":""}]},\
            "header":{"x-bapi-limit":"10","X-Bapi-Limit-Status":"7","X-Bapi-Limit-Reset-Timestamp":\
            "1700000001500","Traceid":"t","Timenow":"1700000001000"},"connId":"c"}
            """
        let budget = BudgetReading(
            limit: 10,
            left: 7,
            resetsIn: .milliseconds(500),
            isBatch: true
        )
        let expected: [(Int32, OrderReply.Outcome, OrderRemedy, String)] = [
            (110_001, .alreadyFinished, .reconcile, ""), (0, .accepted, .none, "b"),
            (10_006, .refused, .pauseOperation, ""),
        ]
        #expect(
            Self.replies(Self.decode(text, sent))
                == expected.enumerated().map { i, one in
                    OrderReply(
                        operation: .cancel,
                        child: Self.child(UInt32(i)),
                        outcome: one.1,
                        remedy: one.2,
                        code: one.0,
                        orderID: ExternalID(one.3) ?? .none,
                        budget: budget
                    )
                }
        )
        // Fields in another order, and nobody who knows of the batch: what is named is understood.
        #expect(Self.replies(Self.decode(text, [])).map(\.child) == [Self.child(1)])
    }

    @Test("a batch that was refused whole is refused for each of its orders")
    func wholeRefusal() {
        let text =
            #"{"reqId":"pS7k2Qx9a-00000001-0000000000000000","retCode":10016,"retMsg":"x","#
            + #""op":"order.create-batch","data":{},"retExtInfo":{},"connId":"c"}"#
        let replies = Self.replies(Self.decode(text, Self.commands(.place, 3)))
        #expect(replies.map(\.child) == (0..<3).map { Self.child($0) })
        #expect(replies.allSatisfy { $0.outcome == .unknown && $0.operation == .place })
        #expect(Self.decode(text, []) == nil)
    }

    @Test("an order without a code has no answer")
    func missingCodes() {
        let text =
            #"{"reqId":"aS7k2Qx9a-00000001-0000000000000000","retCode":0,"op":"x","data":{"#
            + #""list":[{"orderId":"a","orderLinkId":""},{"orderId":"b","orderLinkId":""}]},"#
            + #""retExtInfo":{"list":[{"code":0}]}}"#
        let replies = Self.replies(Self.decode(text, Self.commands(.amend, 2)))
        #expect(replies.map(\.child) == [Self.child(0)])
    }

    @Test(
        "a header that says nothing useful costs no reply",
        arguments: [
            (#""header":{"X-Bapi-Limit":"ten","X-Bapi-Limit-Status":"9"},"#, 0),
            (#""header":{"X-Bapi-Limit":"10"},"#, 0), (#""header":{"X-Bapi-Limit":10},"#, 0),
            (#""header":[],"#, 0),
            (#""header":{"X-Bapi-Limit":"-1","X-Bapi-Limit-Status":"9"},"#, 0),
            (#""header":{"X-Bapi-Limit":"99999999999999999999","X-Bapi-Limit-Status":"9"},"#, 0),
            (#""header":{"X-BAPI-LIMIT":"10","x-bapi-limit-status":"9"},"#, 10), ("", 0),
        ] as [(String, Int32)]
    )
    func headers(_ header: String, _ limit: Int32) throws {
        let text = Fixtures.reply.replacing(
            #""header":{"X-Bapi-Limit":"10","Timenow":"1700000000952"},"#,
            with: header
        )
        let reply = try #require(Self.replies(Self.decode(text, [])).first)
        #expect(reply.budget.limit == limit && reply.outcome == .accepted)
    }
}
