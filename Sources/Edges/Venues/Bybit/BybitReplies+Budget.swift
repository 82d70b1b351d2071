public import Orders
public import Wire

extension BybitReplies {
    /// What the headers of a REST reply say of the budget that its request was counted in; nothing
    /// where they say nothing.
    public static func budget(_ headers: HTTPHeaders) -> BudgetReading {
        BudgetHeaders(headers).reading(isBatch: false)
    }
}
