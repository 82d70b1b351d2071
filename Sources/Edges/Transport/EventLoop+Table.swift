/// How far the opening of a connection has come.
public enum OpeningStage: Sendable, BitwiseCopyable {
    /// TCP: the host has not answered.
    case connecting
    /// TLS: the host has accepted the connection and says nothing more.
    case securing
    /// The WebSocket's upgrade was asked for.
    case upgrading
    /// It is open.
    case open
}

extension EventLoop {
    /// Connections that are being opened or are open, and that nobody has closed.
    ///
    /// - Complexity: O(connections).
    public var openConnections: Int {
        count { $0.failure == nil && ($0.isOpen || $0.state == .connecting) }
    }

    /// Places of the table in use: open connections, and closed ones that linger for a moment.
    ///
    /// - Complexity: O(connections).
    public var occupiedSlots: Int { count { $0.state != .free && $0.state != .listening } }

    /// How far a connection of ours has come; nil when it is over.
    public func stage(of id: ConnectionID) -> OpeningStage? {
        guard let i = index(id) else { return nil }
        if slots[i].state == .connecting { return .connecting }
        switch slots[i].connection.phase {
        case .starting: return .securing
        case .upgrading: return .upgrading
        default: return .open
        }
    }

    /// Whether slot `i` is a connection of ours that is not open yet.
    func isOpening(_ i: Int) -> Bool {
        if slots[i].state == .connecting { return true }
        if slots[i].connection.kind == .server { return false }
        return slots[i].connection.phase == .starting || slots[i].connection.phase == .upgrading
    }

    private func count(_ isCounted: (borrowing Slot) -> Bool) -> Int {
        var count = 0
        for i in 0..<configuration.connections where isCounted(slots[i]) { count &+= 1 }
        return count
    }
}

extension Slot {
    fileprivate var isOpen: Bool {
        state == .live && connection.phase != .closing && connection.phase != .over
    }
}
