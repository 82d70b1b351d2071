import LoopbackVenue
import Runtime
import Units

extension FaultScript {
    /// Codes whose meaning leaves open whether the request had an effect.
    private static let ambiguous = [
        10_000, 10_014, 10_016, 10_019, 20_006, 170_007, 170_146, 500_000,
    ]

    /// Codes that answer a request: the gateway's, the order service's, and one nobody knows.
    private static let codes: [Int] =
        ambiguous
        + [-1, 429, 20_003, 30_208, 30_209, 33_004, 34_040, 10_403, 10_404, 10_429, 777_777]
        + Array(10_001...10_029) + Array(110_001...110_121) + Array(170_001...170_390)

    /// Whatever can go wrong at a venue within `span`, as the dice say.
    ///
    /// - Parameter reduceOnly: whether the parent may only reduce; then other hands may close the
    ///   position while it works.
    static func drawn(
        _ dice: inout Dice,
        over span: Nanoseconds,
        isSpot: Bool,
        reduceOnly: Bool = false
    ) -> FaultScript {
        var script = FaultScript()
        script.seed = dice.next()
        if reduceOnly && dice.chance(70) {
            for _ in 0..<dice.number(1...3) {
                let at = dice.milliseconds(50...Int(span.millisecondCount))
                let percent = dice.chance(30) ? 100 : dice.number(1...95)
                script.events.append(TimedFault(at: at, .others(percent: percent)))
            }
            script.events.sort { $0.at < $1.at }
        }
        if dice.chance(8) { return script }
        if dice.chance(12) { script.events.append(TimedFault(at: .zero, start(&dice))) }
        // Fills and prints of one trade in any order, from the first on.
        if dice.chance(25) {
            for kind in [StreamKind.executions, .orders, .prints] where dice.chance(50) {
                script.events.append(TimedFault(at: .zero, .late(kind, by: lateness(&dice))))
            }
        }
        // The venue's word on the time goes wrong.
        if dice.chance(5) {
            let at = dice.milliseconds(0...Int(span.millisecondCount))
            let jump = Nanoseconds.milliseconds(Int64(dice.number(0...600_000)))
            script.events.append(TimedFault(at: at, .misstateTime(jump)))
        }
        for _ in 0..<dice.number(0...4) { script.requests.append(rule(&dice)) }
        for _ in 0..<dice.number(0...3) {
            let at = dice.milliseconds(100...Int(span.millisecondCount) + 600)
            let drawn = fault(&dice, isSpot)
            script.events.append(TimedFault(at: at, drawn))
            // A connection that is cut may find the door shut for a while.
            if case .cut = drawn, dice.chance(40) {
                script.events.append(
                    TimedFault(at: at, .turnAway(dice.milliseconds(50...1_500)))
                )
            }
        }
        script.events.sort { $0.at < $1.at }
        return script
    }

    private static func rule(_ dice: inout Dice) -> RequestRule {
        let kind = dice.pick([RequestKind.create, .create, .amend, .cancel])
        let fault: RequestFault
        switch dice.number(0...6) {
        case 0: fault = .lose
        case 6: fault = .hush
        case 1: fault = .loseAnswer
        case 2: fault = .delayAnswer(dice.milliseconds(10...1_500))
        case 3, 4: fault = .refuse(dice.pick(codes))
        default:
            // A venue may leave open what it did; one that denies what it did cannot be traded at.
            // That a cancelled order could not be cancelled is no such denial: its end is told.
            fault = .misanswer(dice.pick(kind == .cancel ? codes : ambiguous))
        }
        if dice.chance(30) {
            let share = dice.number(2...30) * 10
            return RequestRule(kind, 1...Int.max, fault, perMille: share)
        }
        let first = dice.number(1...8)
        return RequestRule(kind, first...first + dice.number(0...1), fault)
    }

    private static func fault(_ dice: inout Dice, _ isSpot: Bool) -> VenueFault {
        switch dice.number(0...17) {
        case 0, 1: .gap(dice.milliseconds(50...1_000))
        case 2: .cut(.market)
        case 3: .cut(.account)
        case 4: .cut(.trade)
        case 5: .freeze(standstill(&dice))
        case 6: .maintenance(dice.milliseconds(50...1_500))
        case 7: .ban(dice.milliseconds(50...1_500))
        case 8: .book(dice.pick(BookFault.allCases))
        case 9: .silence(dice.milliseconds(50...(dice.chance(20) ? 8_000 : 2_500)))
        case 10, 11: .late(dice.pick(StreamKind.allCases), by: lateness(&dice))
        case 12: .repeatExecutions
        case 13: .funding(rateE8: Int64(dice.number(-50_000...50_000)))
        // What was bought and paid for is not liquidated.
        case 14: dice.chance(50) && !isSpot ? .liquidate : .funding(rateE8: 10_000)
        case 15: .mute(standstill(&dice))
        case 16: .limit(dice.milliseconds(50...1_500))
        default: .close(dice.milliseconds(50...1_500))
        }
    }

    /// How late a stream is: mostly a moment, else up to five seconds.
    private static func lateness(_ dice: inout Dice) -> Nanoseconds {
        dice.milliseconds(1...(dice.chance(25) ? 5_000 : 500))
    }

    /// What a start-up meets: trouble that passes.
    private static func start(_ dice: inout Dice) -> VenueFault {
        let time = dice.milliseconds(50...3_000)
        switch dice.number(0...3) {
        case 0: return .maintenance(time)
        case 1: return .limit(time)
        case 2: return .mute(time)
        default: return .freeze(time)
        }
    }

    /// How long a venue stands still: mostly for a moment, else for up to 120 s in the campaign's
    /// own proportion.
    private static func standstill(_ dice: inout Dice) -> Nanoseconds {
        if dice.chance(65) { return dice.milliseconds(50...1_500) }
        return dice.milliseconds(1_000...120_000 / SessionConfiguration.proportion)
    }
}
