import Book
import Orders
import TestSupport
import Units
import Venues
import Wire

/// Instruments, a session and real message shapes for the tests.
enum Fixtures {
    static let session = SessionPrefix("S7k2Qx9a")!

    static func instrument(
        _ id: UInt16,
        _ category: ProductCategory,
        _ symbol: String,
        tick: String,
        lot: String
    ) -> Instrument {
        Instrument(
            id: InstrumentID(id),
            category: category,
            symbol: symbol,
            baseCoin: "BTC",
            quoteCoin: "USDT",
            tick: DecimalScale(step: tick)!,
            lot: DecimalScale(step: lot)!,
            priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 40),
            minimumNotional: .zero
        )
    }

    static let linear = instrument(0, .linear, "BTCUSDT", tick: "0.10", lot: "0.001")
    static let spot = instrument(1, .spot, "BTCUSDT", tick: "0.01", lot: "0.000001")
    static let instruments = [linear, spot]

    static func decoder() -> BybitDecoder {
        BybitDecoder(instruments: instruments, session: session)
    }

    static let child = ChildID(parent: ParentID(1), number: 42)
    static let link = "S7k2Qx9a-00000001-0000002a"

    static let delta =
        #"{"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1700000000140,"data":{"s":"BTCUSDT","b":[["61800.20","2.900"],["61799.00","0"]],"a":[],"u":177400507,"seq":66544703342},"cts":1700000000138}"#
    static let trade =
        #"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1700000000125,"data":[{"T":1700000000123,"s":"BTCUSDT","S":"Buy","v":"0.010","p":"61800.30","L":"PlusTick","i":"2a74ac78-691c-5b54-9dbe-5aafe8364627","BT":false,"RPI":true,"seq":66544703350}]}"#
    static let ticker =
        #"{"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","bid1Price":"61800.20","markPrice":"61801.123456789123","fundingRate":"-0.0001","nextFundingTime":"1700006400000"},"cs":24987956059,"ts":1700000000200}"#
    static let order =
        #"{"id":"5923..","topic":"order","creationTime":1700000001005,"data":[{"category":"linear","symbol":"BTCUSDT","orderId":"9aac161b-8ed6-450d-9cab-c5cc67c21784","orderLinkId":"S7k2Qx9a-00000001-0000002a","side":"Buy","orderType":"Limit","timeInForce":"PostOnly","price":"61800.10","qty":"0.250","orderStatus":"PartiallyFilled","leavesQty":"","cumExecQty":"0.100","avgPrice":"61800.1","cumFeeDetail":{"USDT":"1.236"},"cancelType":"UNKNOWN","rejectReason":"EC_NoError","reduceOnly":false,"positionIdx":0,"updatedTime":"1700000001004"}]}"#
    static let execution =
        #"{"id":"386825804_BTCUSDT_140612148849382","topic":"execution","creationTime":1700000001006,"data":[{"category":"linear","symbol":"BTCUSDT","execId":"0ab1bdf7-4219-438b-b30a-32ec863018f7","orderId":"9aac","orderLinkId":"S7k2Qx9a-00000001-0000002a","side":"Buy","execPrice":"61800.1","execQty":"0.1","execValue":"6180.01","execType":"Trade","execFee":"1.236002","feeRate":"0.0002","isMaker":true,"leavesQty":"0.15","extraFees":"","execTime":"1700000001003","seq":140612148849382}]}"#
    static let fastExecution =
        #"{"topic":"execution.fast","creationTime":1700000001005,"data":[{"category":"linear","symbol":"BTCUSDT","execId":"0ab1bdf7-4219-438b-b30a-32ec863018f7","execPrice":"61800.1","execQty":"0.1","orderId":"9aac","isMaker":true,"orderLinkId":"","side":"Buy","execTime":"1700000001003","seq":140612148849382}]}"#
    static let reply =
        #"{"reqId":"PS7k2Qx9a-00000001-0000002a00000000","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":"9aac161b","orderLinkId":"S7k2Qx9a-00000001-0000002a"},"retExtInfo":{},"header":{"X-Bapi-Limit":"10","Timenow":"1700000000952"},"connId":"cnt5"}"#

    static let position =
        #"{"id":"1003..","topic":"position","creationTime":1700000001010,"data":[{"category":"linear","symbol":"BTCUSDT","side":"Buy","size":"0.1","positionIdx":0,"entryPrice":"61800.1","positionValue":"6180.01","leverage":"10","markPrice":"61801.2","liqPrice":"","unrealisedPnl":"0.11","curRealisedPnl":"-1.236","cumRealisedPnl":"-1.236","positionStatus":"Normal","adlRankIndicator":2,"isReduceOnly":false,"seq":140612148849382,"updatedTime":"1700000001008"}]}"#
    static let wallet =
        #"{"id":"5923..","topic":"wallet","creationTime":1700000001011,"data":[{"accountType":"UNIFIED","totalEquity":"10262.91","totalAvailableBalance":"9556.60","accountIMRate":"0.06","accountMMRate":"0.003","coin":[{"coin":"USDT","equity":"10262.91","walletBalance":"10262.80","locked":"0","totalOrderIM":"618","totalPositionIM":"618","unrealisedPnl":"0.11","spotBorrow":"0"}]}]}"#

    static let all = [
        delta, trade, ticker, order, execution, fastExecution, reply, position, wallet,
    ]
}

/// A message with its views copied out, so that results can be compared.
enum Copied: Equatable {
    case depth(
        DepthUpdate.Kind,
        depth: Int32,
        u: Int64,
        seq: Int64,
        ts: Int64,
        cts: Int64,
        instrument: UInt16,
        bids: [LevelChange],
        asks: [LevelChange]
    )
    case trades([Trade], ts: Int64)
    case ticker(mark: Int64?, index: Int64?, last: Int64?, funding: Int64?, next: Int64?)
    case bounds(PriceBounds)
    case orders([OrderEvent])
    case account([AccountStatement])
    case unreadable(BybitSubject, DecodeError)
    case foreign(Int)
    case control(BybitControl)
    case ignored
    case malformed(DecodeError)

    init(_ message: BybitMessage) {
        switch message {
        case .market(.depth(let d)):
            self = .depth(
                d.kind,
                depth: d.depth,
                u: d.sequence,
                seq: d.crossSequence,
                ts: d.publishedAt.millisecondCount,
                cts: d.matchedAt.millisecondCount,
                instrument: d.instrument.index,
                bids: Array(d.bids),
                asks: Array(d.asks)
            )
        case .market(.trades(let t)):
            self = .trades(Array(t.trades), ts: t.publishedAt.millisecondCount)
        case .market(.ticker(let t)):
            self = .ticker(
                mark: t.markPrice?.billionths,
                index: t.indexPrice?.billionths,
                last: t.lastPrice?.billionths,
                funding: t.fundingRateE9,
                next: t.nextFundingAt?.millisecondCount
            )
        case .bounds(let bounds): self = .bounds(bounds)
        case .orders(let events): self = .orders(Array(events))
        case .account(let statements): self = .account(Array(statements))
        case .unreadable(let subject, let error): self = .unreadable(subject, error)
        case .foreign(let count): self = .foreign(count)
        case .control(let control): self = .control(control)
        case .ignored: self = .ignored
        case .malformed(let error): self = .malformed(error)
        }
    }

    static func decode(_ text: String) -> Copied {
        var decoder = Fixtures.decoder()
        return decode(Array(text.utf8), &decoder)
    }

    static func decode(_ bytes: some Collection<UInt8>, _ decoder: inout BybitDecoder) -> Copied {
        let padded = PaddedBytes(bytes)
        defer { withExtendedLifetime(padded) {} }
        return Copied(decoder.decode(padded.payload))
    }

    var isMalformed: Bool {
        switch self {
        case .malformed, .unreadable: true
        default: false
        }
    }
}
