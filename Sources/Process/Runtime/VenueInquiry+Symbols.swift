internal import Transport
internal import Units
internal import Venues

extension VenueInquiry {
    /// That the venue does not trade the symbol, with what may have been meant. Its list is asked
    /// for the hint alone, so that whatever goes wrong leaves the hint out.
    ///
    /// - Parameter category: where it was looked for; nil for everywhere.
    func unknownSymbol(_ loop: inout EventLoop, in category: ProductCategory?) -> SessionError {
        var listed: [String] = []
        for category in category.map({ [$0] }) ?? ProductCategory.allCases {
            let request = requests.instrumentsInfo(category, cursor: "")
            guard let answer = try? link.answer(&loop, "instruments-info", request),
                answer.status == 200, let symbols = try? BybitReplies.symbols(answer.body)
            else { continue }
            listed += symbols.filter { !listed.contains($0) }
        }
        return .usage(SymbolHint.text(symbol, category, listed: listed))
    }
}
