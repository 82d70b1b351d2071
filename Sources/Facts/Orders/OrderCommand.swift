public import Units

/// Index of a parent order in this process.
public struct ParentID: Hashable, Sendable, BitwiseCopyable {
    /// The index.
    public var index: UInt32
    /// The parent at `index`.
    @inlinable public init(_ index: UInt32) { self.index = index }
}

/// A child order's name: its parent and its number among all children of this process.
///
/// The venue's encoder writes it into `orderLinkId`, with a session prefix that no other run
/// shares, and the decoder reads it back: no table lookup by text is ever needed.
public struct ChildID: Hashable, Sendable, BitwiseCopyable {
    /// Whose child it is.
    public var parent: ParentID
    /// Position in this process's sequence of children, from 0.
    public var number: UInt32

    /// The child `number` of `parent`.
    @inlinable public init(parent: ParentID, number: UInt32) {
        self.parent = parent
        self.number = number
    }

    /// An order that the venue named by its own id alone.
    @inlinable public static var unnamed: ChildID {
        ChildID(parent: ParentID(.max), number: .max)
    }
}

/// How long and on what terms an order may stand.
public enum TimeInForce: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// Until cancelled.
    case goodTillCancel
    /// Rest, or be cancelled: never take.
    case postOnly
    /// Take what is there, cancel the rest.
    case immediateOrCancel
    /// All at once or nothing.
    case fillOrKill

    /// Whether an order on these terms may come to rest on the book.
    @inlinable public var rests: Bool { self == .goodTillCancel || self == .postOnly }
}

/// A new child order for the venue. Always a limit order: nothing leaves without a price bound.
public struct PlaceOrder: Hashable, Sendable, BitwiseCopyable {
    /// Our name for it.
    public var child: ChildID
    /// What to trade.
    public var instrument: InstrumentID
    /// Which way.
    public var side: Side
    /// Terms.
    public var timeInForce: TimeInForce
    /// The worst price.
    public var price: Price
    /// How much.
    public var quantity: Quantity
    /// Whether it may only shrink a position.
    public var reduceOnly: Bool

    /// An order with every field stated.
    @inlinable public init(
        child: ChildID,
        instrument: InstrumentID,
        side: Side,
        timeInForce: TimeInForce,
        price: Price,
        quantity: Quantity,
        reduceOnly: Bool = false
    ) {
        self.child = child
        self.instrument = instrument
        self.side = side
        self.timeInForce = timeInForce
        self.price = price
        self.quantity = quantity
        self.reduceOnly = reduceOnly
    }
}

/// A change of a working child's price or total quantity. It loses its place in the queue.
public struct AmendOrder: Hashable, Sendable, BitwiseCopyable {
    /// Which child.
    public var child: ChildID
    /// What it trades.
    public var instrument: InstrumentID
    /// The new price.
    public var price: Price
    /// The new total quantity, what is already filled included.
    public var quantity: Quantity

    /// An amendment with every field stated.
    @inlinable public init(
        child: ChildID,
        instrument: InstrumentID,
        price: Price,
        quantity: Quantity
    ) {
        self.child = child
        self.instrument = instrument
        self.price = price
        self.quantity = quantity
    }
}

/// A request to take a working child off the book.
public struct CancelOrder: Hashable, Sendable, BitwiseCopyable {
    /// Which child.
    public var child: ChildID
    /// What it trades.
    public var instrument: InstrumentID

    /// A cancel of `child`.
    @inlinable public init(child: ChildID, instrument: InstrumentID) {
        self.child = child
        self.instrument = instrument
    }
}

/// What the engine asks of a venue.
public enum OrderCommand: Hashable, Sendable, BitwiseCopyable {
    /// Send a new child.
    case place(PlaceOrder)
    /// Change a working child.
    case amend(AmendOrder)
    /// Take a child off the book.
    case cancel(CancelOrder)
}

extension OrderCommand {
    /// The child it is about.
    public var child: ChildID {
        switch self {
        case .place(let order): order.child
        case .amend(let amend): amend.child
        case .cancel(let cancel): cancel.child
        }
    }

    /// What it trades.
    public var instrument: InstrumentID {
        switch self {
        case .place(let order): order.instrument
        case .amend(let amend): amend.instrument
        case .cancel(let cancel): cancel.instrument
        }
    }

    /// What it asks for.
    public var operation: OrderOperation {
        switch self {
        case .place: .place
        case .amend: .amend
        case .cancel: .cancel
        }
    }
}
