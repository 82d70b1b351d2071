import Engine
import Foundation
import Runtime
import Synchronization

/// What a session does when it is told to end: it asks for the stop, and then says so.
final class Stopping: Sendable {
    private let control: SessionControl
    /// How things stand before anything is published.
    private let beginning: String
    /// How often each wish was passed on; more would fill the ring of commands.
    private let asked = Mutex<[Int: Int]>([:])
    private static let most = 8

    /// - Parameter beginning: how things stand before the first order.
    init(_ control: SessionControl, before beginning: String = "nothing has been sent") {
        self.control = control
        self.beginning = beginning
    }

    /// Does what `call` wants.
    func take(_ call: Interrupts.Call) {
        let times = asked.withLock { asked in
            asked[call.wish.rawValue, default: 0] += 1
            return asked[call.wish.rawValue] ?? 0
        }
        let isFirst = times == 1
        // Asking again ends a start that persists, and the look at the account at the end.
        if times <= Stopping.most {
            switch call.wish {
            case .stop where call.isFault: control.requestStop(for: call.name)
            case .stop: control.requestStop()
            case .halt: control.request(.halt)
            case .suspend: break
            }
        }
        // A document that nobody reads does not hold up who was told to end.
        if call.wish != .suspend { Terminal.hurry() }
        Terminal.note(words(call, isFirst))
    }

    private func words(_ call: Interrupts.Call, _ isFirst: Bool) -> String {
        switch call.wish {
        case .suspend:
            "\(call.name): not suspended, for open orders need looking after; Ctrl-C stops"
        case .halt where needsAnother, .stop where needsAnother:
            "\(call.name): stopping; \(standing); what is open is taken off after that. Ctrl-C again "
                + "ends it at once, and orders of the session may then stay open"
        case .halt where isFirst:
            "halted by the kill switch: cancelling what is open and waiting for the answers"
        case .stop where isFirst:
            "\(call.name): stopping, cancelling what is open and waiting for the answers"
        case .halt where isClear, .stop where isClear:
            "\(call.name): stopping already; \(open). The venue is not waited for any longer"
        case .halt, .stop:
            "\(call.name): stopping already; \(open). It ends when the venue has answered; "
                + "Ctrl-\\ would end it at once and leave what is open"
        }
    }

    /// Whether one wish does not end what goes before the first order: a recovery takes orders off.
    private var needsAnother: Bool { control.latest == nil && control.stopsToEndSetUp > 0 }

    /// How things stand before anything is published.
    private var standing: String { control.waitsFor ?? beginning }

    /// Whether this process has no order open: it sent none yet, or all of them have ended.
    private var isClear: Bool { control.latest.map { $0.live == 0 } ?? true }

    /// What is still open, in words.
    private var open: String {
        guard let progress = control.latest else { return standing }
        let filled = Double(progress.filled.lots) / Double(max(1, progress.quantity.lots)) * 100
        let orders =
            progress.live == 0
            ? "no order is open"
            : progress.live.counted("order is", "orders are") + " still open or unanswered"
        return String(format: "%@, %.1f %% filled", orders, filled)
    }
}
