import Orders
import Testing
import Units
import Venues

@Suite("Bybit's requests", .timeLimit(.minutes(3)))
struct BybitEncoderTests {
    private static let now = Nanoseconds.milliseconds(1_700_000_000_950)

    private static func encode(_ command: OrderCommand, _ encoder: inout BybitEncoder) -> String {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: BybitEncoder.capacity,
            alignment: 8
        )
        defer { buffer.deallocate() }
        let n = encoder.encode(command, at: now, into: buffer)
        return String(decoding: buffer[..<n], as: UTF8.self)
    }

    private static func place(_ instrument: UInt16, reduceOnly: Bool) -> OrderCommand {
        .place(
            PlaceOrder(
                child: Fixtures.child,
                instrument: InstrumentID(instrument),
                side: .sell,
                timeInForce: .postOnly,
                price: Price(ticks: 618_001),
                quantity: Quantity(lots: 250),
                reduceOnly: reduceOnly
            )
        )
    }

    @Test("place, amend and cancel are the venue's messages, byte for byte")
    func messages() {
        var encoder = BybitEncoder(instruments: Fixtures.instruments, session: Fixtures.session)
        #expect(
            Self.encode(Self.place(0, reduceOnly: true), &encoder)
                == #"{"reqId":"PS7k2Qx9a-00000001-0000002a00000000","header":{"X-BAPI-TIMESTAMP":"1700000000950","X-BAPI-RECV-WINDOW":"5000"},"op":"order.create","args":[{"category":"linear","symbol":"BTCUSDT","orderLinkId":"S7k2Qx9a-00000001-0000002a","side":"Sell","orderType":"Limit","timeInForce":"PostOnly","positionIdx":0,"reduceOnly":true,"price":"61800.1","qty":"0.250"}]}"#
        )
        // Spot has no positions: no positionIdx, no reduceOnly.
        #expect(
            Self.encode(Self.place(1, reduceOnly: false), &encoder)
                == #"{"reqId":"PS7k2Qx9a-00000001-0000002a00000001","header":{"X-BAPI-TIMESTAMP":"1700000000950","X-BAPI-RECV-WINDOW":"5000"},"op":"order.create","args":[{"category":"spot","symbol":"BTCUSDT","orderLinkId":"S7k2Qx9a-00000001-0000002a","side":"Sell","orderType":"Limit","timeInForce":"PostOnly","price":"6180.01","qty":"0.000250"}]}"#
        )
        #expect(
            Self.encode(
                .amend(
                    AmendOrder(
                        child: Fixtures.child,
                        instrument: InstrumentID(0),
                        price: Price(ticks: 618_000),
                        quantity: Quantity(lots: 1)
                    )
                ),
                &encoder
            )
                == #"{"reqId":"AS7k2Qx9a-00000001-0000002a00000002","header":{"X-BAPI-TIMESTAMP":"1700000000950","X-BAPI-RECV-WINDOW":"5000"},"op":"order.amend","args":[{"category":"linear","symbol":"BTCUSDT","orderLinkId":"S7k2Qx9a-00000001-0000002a","price":"61800.0","qty":"0.001"}]}"#
        )
        #expect(
            Self.encode(
                .cancel(CancelOrder(child: Fixtures.child, instrument: InstrumentID(0))),
                &encoder
            )
                == #"{"reqId":"CS7k2Qx9a-00000001-0000002a00000003","header":{"X-BAPI-TIMESTAMP":"1700000000950","X-BAPI-RECV-WINDOW":"5000"},"op":"order.cancel","args":[{"category":"linear","symbol":"BTCUSDT","orderLinkId":"S7k2Qx9a-00000001-0000002a"}]}"#
        )
    }

    @Test("signatures are those of the known answers")
    func signatures() {
        let credentials = BybitCredentials(key: "testkey", secret: "testsecret")
        #expect(
            BybitAuth.signREST(
                timestampMilliseconds: 1_700_000_000_000,
                receiveWindowMilliseconds: 5_000,
                payload: "category=linear&symbol=BTCUSDT",
                credentials
            )
                == "f2f79889fd1201752936b389c890e9d393e01e0311a6d8785fb80753aa26c69b"
        )
        #expect(
            BybitAuth.signREST(
                timestampMilliseconds: 1_700_000_000_000,
                receiveWindowMilliseconds: 5_000,
                payload:
                    #"{"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Limit","qty":"0.001","price":"30000"}"#,
                credentials
            )
                == "235397a8d994cda3d461a919a26deb2ab26158872e60c6eeaea4711d1a68fd5b"
        )
        #expect(
            BybitAuth.signSocket(expiresMilliseconds: 1_700_000_010_000, credentials)
                == "6a806639d27b1c24c3808a191e9d0274d0c9d3a04a160233856d65840dfda2c8"
        )
        #expect(!"\(credentials)".contains("test"))
        #expect(!String(reflecting: credentials).contains("test"))
    }

    @Test("session messages are the venue's")
    func session() {
        let credentials = BybitCredentials(key: "testkey", secret: "testsecret")
        #expect(
            BybitSession.auth(credentials, at: .milliseconds(1_700_000_000_000))
                == #"{"req_id":"auth","op":"auth","args":["testkey",1700000010000,"6a806639d27b1c24c3808a191e9d0274d0c9d3a04a160233856d65840dfda2c8"]}"#
        )
        let topics = [
            BybitSession.bookTopic(Fixtures.linear, depth: 50),
            BybitSession.tradeTopic(Fixtures.linear),
        ]
        #expect(
            BybitSession.subscribe(topics, request: "s1")
                == #"{"req_id":"s1","op":"subscribe","args":["orderbook.50.BTCUSDT","publicTrade.BTCUSDT"]}"#
        )
    }

    @Test("REST requests sign exactly the bytes they send")
    func rest() {
        let rest = BybitREST(
            host: "api.bybit.com",
            credentials: BybitCredentials(key: "testkey", secret: "testsecret")
        )
        let get = String(
            decoding: rest.get(
                "/v5/account/fee-rate",
                [("category", "linear"), ("symbol", "BTCUSDT")],
                signedAt: .milliseconds(1_700_000_000_000)
            ),
            as: UTF8.self
        )
        #expect(
            get.hasPrefix("GET /v5/account/fee-rate?category=linear&symbol=BTCUSDT HTTP/1.1\r\n")
        )
        #expect(get.contains("\r\nHost: api.bybit.com\r\n"))
        #expect(get.contains("\r\nX-BAPI-API-KEY: testkey\r\n"))
        #expect(
            get.contains(
                "\r\nX-BAPI-SIGN: f2f79889fd1201752936b389c890e9d393e01e0311a6d8785fb80753aa26c69b\r\n"
            )
        )
        #expect(get.hasSuffix("\r\n\r\n"))
        let open = String(decoding: rest.serverTime(), as: UTF8.self)
        #expect(open.hasPrefix("GET /v5/market/time HTTP/1.1\r\n") && !open.contains("X-BAPI"))
        let post = String(
            decoding: rest.cancelAll(.linear, symbol: "BTCUSDT", at: Self.now),
            as: UTF8.self
        )
        #expect(post.contains("\r\nContent-Length: 40\r\n"))
        #expect(post.hasSuffix("\r\n\r\n" + #"{"category":"linear","symbol":"BTCUSDT"}"#))
    }
}
