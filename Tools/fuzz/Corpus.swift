import Foundation
import Recordings
import TestSupport
import Units
import Venues

/// Valid inputs in the venue's shapes; recorded ones where there are recordings.
enum Corpus {
    static let session = SessionPrefix("S7k2Qx9a")!

    static let bitcoin = Instrument(
        id: InstrumentID(0),
        category: .linear,
        symbol: "BTCUSDT",
        baseCoin: "BTC",
        quoteCoin: "USDT",
        tick: DecimalScale(multiplier: 1, decimals: 1),
        lot: DecimalScale(multiplier: 1, decimals: 3),
        priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 40),
        minimumNotional: .zero
    )

    /// Text messages of every topic.
    static func json() -> [[UInt8]] {
        let texts = [
            #"{"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1700000000140,"data":{"s":"BTCUSDT","b":[["61800.20","2.900"],["61799.00","0"]],"a":[["61800.3","0.5"]],"u":177400507,"seq":66544703342},"cts":1700000000138}"#,
            #"{"topic":"orderbook.50.BTCUSDT","ts":1700000000120,"type":"snapshot","data":{"s":"BTCUSDT","b":[["61800.2","2.862"],["9.9","1234567.001"]],"a":[["61800","2"],["618001234.6","0.001"]],"u":1,"seq":6},"cts":1}"#,
            #"{ "topic" : "orderbook.1.BTCUSDT", "data":{"a":[],"u":5,"b":[["1.0","1"]]},"ts":"12","type":"snapshot"}"#,
            #"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1700000000125,"data":[{"T":1700000000123,"s":"BTCUSDT","S":"Buy","v":"0.010","p":"61800.30","L":"PlusTick","i":"2a74ac78-691c","BT":false,"RPI":true,"seq":66544703350}]}"#,
            #"{"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","markPrice":"61801.123456789123","fundingRate":"-0.0001","nextFundingTime":"1700006400000"},"cs":24987956059,"ts":1700000000200}"#,
            #"{"id":"5923","topic":"order","creationTime":1700000001005,"data":[{"category":"linear","symbol":"BTCUSDT","orderId":"9aac161b","orderLinkId":"S7k2Qx9a-00000001-0000002a","side":"Buy","price":"61800.10","qty":"0.250","orderStatus":"PartiallyFilled","cumExecQty":"0.100","cancelType":"UNKNOWN","rejectReason":"EC_NoError","updatedTime":"1700000001004"}]}"#,
            #"{"id":"3","topic":"execution","creationTime":1,"data":[{"category":"linear","symbol":"BTCUSDT","execId":"0ab1","orderId":"9aac","orderLinkId":"S7k2Qx9a-00000001-0000002a","side":"Buy","execPrice":"61800.1","execQty":"0.1","execType":"Trade","execFee":"1.236002","isMaker":true,"execTime":"1700000001003"}]}"#,
            #"{"id":"1003","topic":"position","creationTime":1700000001010,"data":[{"category":"linear","symbol":"BTCUSDT","side":"Buy","size":"0.1","positionIdx":0,"entryPrice":"61800.1","liqPrice":"","positionStatus":"Normal","seq":140612148849382,"updatedTime":"1700000001008"},{"positionIdx":2,"symbol":"BTCUSDT","side":"Sell","size":"0.250","liqPrice":"70000.149","seq":-1,"updatedTime":""},{"category":"inverse","symbol":"BTCUSD","side":"","size":"1.5"}]}"#,
            #"{"id":"5923","topic":"wallet","creationTime":1700000001011,"data":[{"accountType":"UNIFIED","totalEquity":"10262.91","accountIMRate":"0.06","coin":[{"coin":"USDT","equity":"10262.91","walletBalance":"10262.80","locked":"0","spotBorrow":"0"},{"coin":"BTC","equity":"","walletBalance":"1.234567891"}]}]}"#,
            #"{"reqId":"PS7k2Qx9a-00000001-0000002a00000000","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":"9aac161b","orderLinkId":"S7k2Qx9a-00000001-0000002a"},"retExtInfo":{},"header":{"Timenow":"1700000000952"},"connId":"cnt5"}"#,
            #"{"success":true,"ret_msg":"pong","conn_id":"0970","req_id":"1","op":"ping"}"#,
            #"{"x":[1,-2.5e+3,true,false,null,"\u00e9\n\"",{"y":{}}],"op":"auth","success":false}"#,
        ]
        return texts.map { Array($0.utf8) } + recorded()
    }

    /// The first messages of a recording, short enough to be mutated often.
    private static func recorded() -> [[UInt8]] {
        let folder = ProcessInfo.processInfo.environment["SLUICE_DATA"] ?? "../shared/data"
        let path = folder + "/bybit-shape/usdm_btcusdt_20240808.ob50.ndjson.gz"
        var messages: [[UInt8]] = []
        guard let file = try? FeedFile(path) else { return [] }
        while messages.count < 24, let line = try? file.next() {
            if line.count < 1_500 { messages.append(Array(line)) }
        }
        return messages
    }

    /// Binary messages of every template.
    static func sbe() -> [[UInt8]] {
        [0, 0, 0, 3].flatMap { appended in
            [
                SBEMessages.depth(
                    "BTCUSDT",
                    isSnapshot: appended == 0,
                    u: 177,
                    priceExponent: 2,
                    sizeExponent: 3,
                    asks: [(6_180_030, 2_507), (6_180_050, 1)],
                    bids: [(6_180_020, 2_900), (6_179_900, 0)],
                    appended: appended
                ),
                SBEMessages.best(
                    "BTCUSDT",
                    ask: (618_003, 7),
                    bid: (618_002, 9),
                    priceExponent: 1,
                    sizeExponent: 3,
                    appended: appended
                ),
                SBEMessages.trades(
                    "BTCUSDT",
                    [
                        (61_800_300, 10, 1, false, true, "2a74"),
                        (61_800_200, 1, 2, true, false, ""),
                    ],
                    priceExponent: 3,
                    sizeExponent: 3,
                    appended: appended
                ),
                SBEMessages.order(
                    linkID: "S7k2Qx9a-00000001-0000002a",
                    status: 8,
                    price: 6_180_010,
                    leaves: 150,
                    original: 250,
                    symbolID: 5,
                    priceExponent: 2,
                    sizeExponent: 3,
                    appended: appended
                ),
            ]
        }
    }
}
