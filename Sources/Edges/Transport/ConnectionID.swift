/// Names one connection of an ``EventLoop``; a late use of a closed one is recognised.
public struct ConnectionID: Hashable, Sendable, BitwiseCopyable {
    /// The slot in the loop's table.
    public let index: UInt16
    /// How often the slot was used before; tells its tenants apart.
    public let generation: UInt16

    /// The connection in slot `index` at `generation`.
    public init(index: UInt16, generation: UInt16) {
        self.index = index
        self.generation = generation
    }
}
