import Orders
import Units
import Venues

/// What a parent was asked to do, in the venue's own steps.
struct Terms {
    let session: SessionPrefix
    let side: Side
    let lots: Int64
    let limitTicks: Int64?
}
