import Foundation
import LoopbackVenue
import Transport
import Units
import Venues

@testable import Runtime

/// Another trader on the same account, by REST.
struct OtherTrader {
    let venue: VenueHost

    /// Sends one order; nil `price` takes what is there. In hedge mode `position` says which.
    ///
    /// - Returns: the venue's return code.
    func order(
        _ side: String,
        _ quantity: String,
        price: String?,
        position: Int = 0,
        link: String? = nil
    ) throws -> Int64? {
        let terms =
            price.map { #""orderType":"Limit","price":"\#($0)""# } ?? #""orderType":"Market""#
        let text =
            #"{"category":"linear","symbol":"BTCUSDT","side":"\#(side)","qty":"\#(quantity)","#
            + #""positionIdx":\#(position),"#
            + (link.map { #""orderLinkId":"\#($0)","# } ?? "") + terms + "}"
        return BybitReplies.code(
            try ask { $0.post("/v5/order/create", text, signedAt: $1) }
        )
    }

    /// How many of its orders are open.
    func openOrders(_ instrument: Instrument) throws -> Int {
        let body = try ask { $0.openOrders(.linear, symbol: "BTCUSDT", at: $1) }
        return try BybitReplies.orders(body, [instrument], SessionPrefix("xxxxxxxx")!).foreign
    }

    private func ask(_ make: (BybitREST, Nanoseconds) -> [UInt8]) throws -> [UInt8] {
        let endpoint = VenueEndpoints.loopback(port: venue.port, caFile: venue.caFile).rest
        var loop = try EventLoop(LoopConfiguration())
        let link = try RESTLink(&loop, endpoint)
        let credentials = BybitCredentials(
            key: LoopbackCredentials.key,
            secret: LoopbackCredentials.secret
        )
        let now = Nanoseconds(Int64(Date().timeIntervalSince1970 * 1_000) * 1_000_000)
        let requests = BybitREST(host: endpoint.host, credentials: credentials)
        return try link.call(&loop, "other", make(requests, now))
    }
}
