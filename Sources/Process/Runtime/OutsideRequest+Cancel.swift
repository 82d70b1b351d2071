internal import Orders
internal import Units
internal import Venues

extension OutsideRequest {
    /// A cancel by REST that left at `sentAt`; without an answer it may have arrived all the same.
    init(cancelOf instrument: InstrumentID, sentAt: Nanoseconds, _ answer: RESTAnswer?) {
        var remedy = answer?.code.map { BybitReturnCode.remedy($0, of: .cancel) } ?? .none
        if answer?.status == 429 { remedy = .pauseRequests }
        self.init(
            .cancel,
            instrument,
            sentAt: sentAt,
            remedy: remedy,
            budget: answer?.budget ?? BudgetReading()
        )
    }
}
