internal import Glibc
internal import Venues

/// Follows a list of the venue's from page to page, however many there are.
enum PageWalk {
    /// What a page says of the list it is of.
    struct Page {
        /// What asks for the next page; empty on the last.
        var next: String
        /// How many entries the page has, ours or not.
        var entries: Int
    }

    /// Pages that are asked for as fast as they come, and the pause before each further one: the
    /// venue allows 50 requests a second.
    private static let quickPages = 10
    private static let pauseMicroseconds: UInt32 = 20_000
    /// Pages in a row that may be empty and lead on.
    private static let emptyPages = 50

    /// Asks for page after page, until one leads nowhere or to itself.
    ///
    /// - Parameter page: asks for the page at a cursor, empty for the first.
    /// - Throws: what `page` throws; and when the list leads back to a page before the last, or on
    ///   and on without an entry, for what it leaves out would seem not to exist.
    static func follow(
        _ list: String,
        _ page: (_ cursor: String) throws(SessionError) -> Page
    ) throws(SessionError) {
        var cursor = ""
        var asked: Set<String> = []
        var empty = 0
        while asked.insert(cursor).inserted {
            if asked.count > quickPages { usleep(pauseMicroseconds) }
            let found = try page(cursor)
            if found.next.isEmpty || found.next == cursor { return }
            empty = found.entries == 0 ? empty + 1 : 0
            if empty == emptyPages { throw .venue("\(list): \(empty) empty pages in a row") }
            cursor = found.next
        }
        throw .venue("\(list): its pages lead round in a circle")
    }
}

extension BybitReplies.Page {
    /// Where it stands in its list.
    var place: PageWalk.Page { PageWalk.Page(next: cursor, entries: entries.count + foreign) }
}
