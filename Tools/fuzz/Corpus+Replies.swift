extension Corpus {
    /// An answer of each REST service in use.
    static func replies() -> [[UInt8]] {
        let order =
            #"{"symbol":"BTCUSDT","orderId":"9aac161b","orderLinkId":"S7k2Qx9a-00000001-0000002a","side":"Buy","price":"61800.10","qty":"0.250","orderStatus":"PartiallyFilled","cumExecQty":"0.100","cancelType":"UNKNOWN","rejectReason":"EC_NoError","updatedTime":"1700000001004"}"#
        let fill =
            #"{"symbol":"BTCUSDT","execId":"0ab1","orderId":"9aac","orderLinkId":"S7k2Qx9a-00000001-0000002a","side":"Buy","execPrice":"61800.1","execQty":"0.1","execType":"Trade","execFee":"1.236002","isMaker":true,"execTime":"1700000001003"}"#
        let byHand = order.replacing("S7k2Qx9a-00000001-0000002a", with: "by-hand")
        let results = [
            #"{"timeSecond":"1700000000","timeNano":"1700000000123456789"}"#,
            #"{"category":"linear","list":[{"symbol":"BTCUSDT","status":"Trading","baseCoin":"BTC","quoteCoin":"USDT","priceFilter":{"minPrice":"0.10","maxPrice":"1999999.80","tickSize":"0.10"},"lotSizeFilter":{"minOrderQty":"0.001","maxOrderQty":"1190.000","qtyStep":"0.001","minNotionalValue":"5"}}]}"#,
            #"{"category":"spot","list":[{"symbol":"BTCUSDT","baseCoin":"BTC","quoteCoin":"USDT","status":"PreLaunch","lotSizeFilter":{"basePrecision":"0.000001","minOrderQty":"0.000011","maxOrderQty":"83","minOrderAmt":"5"},"priceFilter":{"tickSize":"0.1"}}]}"#,
            #"{"symbol":"BTCUSDT","category":"linear","list":[["1700000060000","2","4","1","3","10.5","25.25"],["1700000000000","1","2","0.5","2","7","9"]]}"#,
            #"{"list":[{"symbol":"BTCUSDT","takerFeeRate":"0.00055","makerFeeRate":"-0.0001"}]}"#,
            #"{"list":[\#(byHand),\#(order)],"nextPageCursor":"abc%3D","category":"linear"}"#,
            #"{"category":"linear","list":[\#(fill)],"nextPageCursor":""}"#,
            #"{"list":[{"symbol":"BTCUSDT","side":"Sell","size":"0.125","avgPrice":"61800.1","liqPrice":"99000","positionIdx":0}]}"#,
            #"{"list":[{"symbol":"BTCUSDT","side":"","size":"0","avgPrice":""}]}"#,
            #"{"symbol":"BTCUSDT","buyLmt":"114450.00","sellLmt":"103550.00","ts":"1"}"#,
            #"{"list":[{"accountType":"UNIFIED","totalEquity":"10262.91","coin":[{"coin":"USDT","equity":"10262.911234567891","walletBalance":"1"},{"coin":"BTC","equity":""}]}]}"#,
            #"{"category":"linear","list":[{"id":1,"symbol":"BTCUSDT","riskLimitValue":"2000000","maintenanceMargin":"0.005","initialMargin":"0.01","maxLeverage":"100.00","isLowestRisk":1,"mmDeduction":""}],"nextPageCursor":"next"}"#,
            #"{"category":"linear","list":[{"symbol":"BTCUSDT","fundingRate":"-0.0001","fundingRateTimestamp":"1700000000000"}]}"#,
            #"{"dcpInfos":[{"product":"SPOT","dcpStatus":"ON","timeWindow":"10"}]}"#,
            #"{"unifiedMarginStatus":5,"marginMode":"REGULAR_MARGIN"}"#,
            #"{"category":"linear","list":[{"execId":"2a74ac78","symbol":"BTCUSDT","price":"61800.30","size":"0.010","side":"Buy","time":"1700000000000","isBlockTrade":false,"isRPITrade":true,"seq":"66544703350"}]}"#,
            #"{"orderId":"1321003749386327552","orderLinkId":"s-1"}"#,
        ]
        return results.map {
            Array(#"{"retCode":0,"retMsg":"OK","result":\#($0),"retExtInfo":{},"time":1}"#.utf8)
        }
    }
}
