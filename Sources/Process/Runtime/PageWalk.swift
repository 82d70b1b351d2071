/// Follows a list of the venue's from page to page.
enum PageWalk {
    /// Pages that are followed: 2,500 orders, or 5,000 fills.
    static let limit = 50

    /// Asks for page after page, until one leads nowhere or to itself.
    ///
    /// - Parameter page: asks for the page at a cursor, empty for the first, and returns the next
    ///   one's, empty for none.
    /// - Throws: what `page` throws; and when there are more than `limit` pages, for what a list
    ///   leaves out would seem not to exist.
    static func follow(
        _ list: String,
        _ page: (_ cursor: String) throws(SessionError) -> String
    ) throws(SessionError) {
        var cursor = ""
        for _ in 0..<limit {
            let next = try page(cursor)
            if next.isEmpty || next == cursor { return }
            cursor = next
        }
        throw .venue("\(list): more than \(limit) pages")
    }
}
