internal import Lines
internal import Transport
internal import Units
internal import Venues

/// Watches a connection that may not be replaced: account or order entry. A peer that falls silent
/// is noticed; reopening it is for whoever can reconcile what was missed.
struct LinkWatch: BitwiseCopyable {
    let id: ConnectionID
    let link: LinkFault.Link
    private var keeper: LinkKeeper
    /// Pongs of its WebSocket when it was last pinged.
    private var pongs: UInt32 = 0

    /// Watches an open connection from `now` on.
    init(_ id: ConnectionID, _ link: LinkFault.Link, _ times: LinkTimes, _ now: Nanoseconds) {
        self.id = id
        self.link = link
        keeper = LinkKeeper(times, seed: 0)
        keeper.opened(now)
    }

    @inline(__always) mutating func heard(_ now: Nanoseconds) { keeper.heard(now) }

    /// Nobody needs to watch it any more.
    mutating func end(_ now: Nanoseconds) { keeper.lost(now) }

    /// Pings when it is time to.
    ///
    /// - Returns: what is wrong when the peer has been silent for too long; told once.
    mutating func tick(_ loop: inout EventLoop, _ now: Nanoseconds) -> LinkFault.Event? {
        switch keeper.watch(now) {
        case .ping:
            pongs = loop.pongs(id) ?? pongs
            loop.ping(id)
            _ = Links.send(&loop, id, BybitSession.ping)
            return nil
        case .silent:
            return .silent(
                seconds: keeper.times.silence.inSeconds,
                isSocketAlive: (loop.pongs(id) ?? pongs) != pongs
            )
        case .rest, .open, .openedTooSlowly:
            return nil
        }
    }
}
