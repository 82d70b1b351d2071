import Journal

/// How far a session had come when its process died, by its journal.
enum CrashStage: String, CaseIterable {
    case beforeTheJournal
    case beforeTheParent
    case nothingSent
    case ordersOpen
    case ordersEnded
    case closed

    /// The stage of the journal at `path`.
    init(_ path: String) {
        var state = JournalState()
        guard var reader = try? JournalReader(path) else {
            self = .beforeTheJournal
            return
        }
        while let entry = (try? reader.next()) ?? nil { state.apply(entry) }
        if reader.end == .closed {
            self = .closed
        } else if state.parents.isEmpty {
            self = .beforeTheParent
        } else if state.children.isEmpty {
            self = .nothingSent
        } else {
            self = state.openChildren.isEmpty ? .ordersEnded : .ordersOpen
        }
    }
}
