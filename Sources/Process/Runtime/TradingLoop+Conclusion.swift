internal import Costs
internal import Engine
internal import Orders
internal import Reports
internal import Risk
internal import Telemetry
internal import Transport
internal import Units

extension TradingLoop {
    /// An absence that is shorter is not what kept a parent.
    private static let longAway = Nanoseconds.seconds(1)

    private func refusals() -> [String: Int] {
        var counts: [String: Int] = [:]
        for reason in RefusalReason.allCases
        where !reason.isPacing && engine.refusals(reason) > 0 {
            counts[reason.name] = engine.refusals(reason)
        }
        return counts
    }

    /// The reason for which our own limits held back most, and how often.
    private var mainRefusal: (reason: RefusalReason, count: Int)? {
        RefusalReason.allCases.map { ($0, engine.refusals($0)) }
            .filter { $0.1 > 0 && $0.0.isStanding }.max { $0.1 < $1.1 }
    }

    private var requestSection: RequestSection {
        func counts(_ operation: OrderOperation) -> RequestSection.Operation {
            RequestSection.Operation(
                perSecond: engine.gate.rate(operation, instrument.category),
                heldBack: engine.gate.budget.heldBack(operation),
                tooMany: engine.gate.budget.tooMany(operation)
            )
        }
        return RequestSection(
            place: counts(.place),
            amend: counts(.amend),
            cancel: counts(.cancel),
            batches: batch.sent,
            batchedOrders: batch.sentCommands,
            answers: answerCodes.section
        )
    }

    /// Why the parent had no book to be worked on, where that is how it ended.
    private func noBookText(_ parent: ParentFacts, _ instrument: Instrument) -> String? {
        switch fault?.event {
        case .noBook: break
        case nil where parent.stopReason == "\(StopReason.timeUp)": break
        default: return nil
        }
        return feed.noBookText(instrument.symbol, until: parent.finishedAt)
    }

    /// The connection that ended the parent, where one did.
    private mutating func linkFault(_ reason: StopReason) -> String? {
        let patience = engine.progress(of: parent).linkPatience
        return switch reason {
        case .privateStreamLost: accountText(patience)
        case .orderConnectionLost: tradeText(patience)
        default: nil
        }
    }

    private func accountText(_ patience: Nanoseconds? = nil) -> String? {
        let away = account.keeper.timeAway(until: clock.now)
        return account.fault?.text(away: away, isBack: account.isUp, patience: patience)
    }

    private mutating func tradeText(_ patience: Nanoseconds? = nil) -> String? {
        let away = trade?.keeper.timeAway(until: clock.now) ?? .zero
        let isBack = canSend
        return trade?.fault?.text(away: away, isBack: isBack, patience: patience)
    }

    /// What was away when the parent ended, where that is not what ended it.
    private mutating func absences(_ reason: StopReason) -> [String] {
        var texts: [String] = []
        if !account.isUp, reason != .privateStreamLost, let text = accountText() {
            texts.append(text)
        }
        if !canSend, reason != .orderConnectionLost, let text = tradeText() { texts.append(text) }
        if fault == nil, !feed.lines.isSound, feed.lines.counts.losses > 0 {
            texts.append("market data was lost and had not come back at the end")
        }
        return texts
    }

    /// How the account and order connections fared.
    private mutating func linkSections(until end: Nanoseconds) -> [LinkSection] {
        var sections = [account.section(until: end)]
        if let order = trade?.section(until: end) { sections.append(order) }
        return sections
    }

    /// What kept a parent that had time enough: what was away, and what the venue did not answer.
    private mutating func hindrances(_ troubles: [String], until end: Nanoseconds) -> [String] {
        var texts: [String] = []
        let stale = feed.lines.staleTime(until: end)
        if stale >= TradingLoop.longAway {
            texts.append("market data was stale for \(stale.wholeSeconds) s")
        }
        for (link, away) in [
            ("account", account.keeper.timeAway(until: end)),
            ("order", trade?.keeper.timeAway(until: end) ?? .zero),
        ] where away >= TradingLoop.longAway {
            texts.append("the \(link) connection was away for \(away.wholeSeconds) s")
        }
        if let text = journal.stallText { texts.append(text) }
        return texts + troubles
    }

    /// What went wrong with the parent, whatever the venue says at the end.
    private mutating func faults(_ parent: ParentFacts, _ reason: StopReason) -> [String] {
        var texts = [control.stopFault].compactMap { $0 }
        if let noBook = noBookText(parent, instrument) {
            texts.append(noBook)
        } else if let fault {
            texts.append(fault.text)
        }
        if let text = linkFault(reason) { texts.append(text) }
        if reason == .stepsChanged {
            texts.append(
                "the venue changed the tick or lot of \(instrument.symbol): the parent was "
                    + "stopped; a later session uses the new ones"
            )
        }
        if isPositionWrong {
            texts.append("the venue's position is not what our fills come to: everything stopped")
        }
        return texts
    }

    /// What may still be open.
    private func unsettledTexts(_ parent: ParentFacts) -> [String] {
        if parent.unsettled.isEmpty { return [] }
        return [
            "without the venue's last word: "
                + parent.unsettled.count.counted("child", "children")
                + "; look there before trading on"
                + (journal.isRecording ? ", or let `sluice recover` do so" : "")
        ]
    }

    /// What was out of order on the way. It is at fault where the venue does not confirm the end,
    /// and else worth knowing.
    private mutating func incidents(_ reason: StopReason) -> [String] {
        var texts = absences(reason)
        if let text = journal.stallText { texts.append(text) }
        if sweep.unanswered > 0 {
            texts.append(
                "the venue did not answer for \(sweep.unanswered) of the "
                    + sweep.count.counted("order") + " open at the halt: look there"
            )
        }
        if reconciliation.counts.withdrawn > 0 {
            texts.append(
                reconciliation.counts.withdrawn.counted("order") + " had to be cancelled by REST"
            )
        }
        return texts
    }

    /// What is worth knowing of figures and clocks.
    private mutating func remarks(_ parent: ParentFacts) -> [String] {
        var texts: [String] = []
        let end = parent.finishedAt
        if feed.lines.counts.losses > 0 {
            let stale = feed.lines.staleTime(until: end).wholeSeconds
            texts.append("market data was lost for \(stale) s: nothing was traded meanwhile")
        }
        if let missing = feed.missingPrints(endedAt: end) { texts.append(missing.text) }
        if parent.untoldFees > 0 {
            texts.append("never told: the fees of " + parent.untoldFees.counted("fill"))
        }
        if worstDrift > TradingLoop.toleratedDrift {
            texts.append(
                "the processor's counter strayed by \(worstDrift / 1_000) ppm from the system's "
                    + "clock: run with SLUICE_TICKS=monotonic"
            )
        }
        return texts
    }

    /// Asks the venue what it thinks was done, and puts the report together.
    ///
    /// - Parameter troubles: why questions put to the venue had no answer at the end.
    consuming func conclude(
        _ configuration: SessionConfiguration,
        _ facts: VenueFacts,
        startedAt: Nanoseconds,
        _ inquiry: VenueInquiry,
        _ protection: DisconnectProtection,
        _ stalls: StallCounts,
        troubles: [String]
    ) -> SessionOutcome {
        var parentFacts = engine.facts(of: parent)
        if let asked = configuration.request.lots(of: facts.instrument) {
            parentFacts.asked = asked
        }
        let reason = engine.stopReason(of: parent)
        let ending = Ending(
            reason: reason,
            facts: parentFacts,
            instrument: facts.instrument,
            mainRefusal: mainRefusal,
            lastCode: answerCodes.lastRefusal,
            hindrances: hindrances(troubles, until: parentFacts.finishedAt)
        )
        var texts = faults(parentFacts, reason)
        let incidents = incidents(reason)
        // What is at fault is said first, where nothing else has said it.
        if texts.isEmpty, parentFacts.state == .halted, let text = ending.text {
            texts.append(text)
        }
        let look = lastLook(configuration, facts, startedAt: startedAt, inquiry, parentFacts)
        let others = ending.others(from: facts.position, to: engine.opening(facts.instrument.id))
        let isSettled = parentFacts.unsettled.isEmpty && look.open == 0 && look.withdrawn == 0
        let isConfirmed = isSettled && look.agrees
        var remarks = remarks(parentFacts)
        if isConfirmed { remarks = incidents + remarks } else { texts += incidents + troubles }
        // What may be open, and what does not agree, comes before why.
        texts = unsettledTexts(parentFacts) + look.texts(facts.instrument) + texts
        let end =
            isSettled
            ? journal.close(now: clock.now, control, notice) : journal.leave(control, notice)
        if journal.isClosed { control.clearMark() }
        if let end { texts.append(end) }
        var report = ParentReport(
            build: Session.version,
            session: configuration.session.text,
            facts: parentFacts,
            instrument: facts.instrument,
            refusals: refusals(),
            latencies: latencies.summary(clock),
            venue: VenueSection(
                name: configuration.venue.name,
                position: look.position,
                positionBefore: facts.position,
                openOrders: look.open,
                othersOpenOrders: look.others,
                baseMoved: look.wallet?.moved,
                baseExpected: look.wallet?.expected,
                disconnectProtection: protection.text,
                instrument: facts.instrument
            ),
            sentAt: { placedAt($0) },
            feed: feed.section(
                venueClock,
                endedAt: parentFacts.finishedAt,
                engine.ticker(facts.instrument.id),
                facts.instrument,
                decoder
            ),
            reconciliation: reconciliationSection,
            statements: statementSection,
            requests: requestSection,
            feeRates: FeeRateSection(before: facts.fees, after: fees ?? facts.fees),
            links: linkSections(until: parentFacts.finishedAt),
            stalls: stalls.stalls == 0
                ? nil
                : StallSection(
                    stalls: stalls.stalls,
                    longestNs: stalls.longest.count,
                    withdrawnOrders: stalls.withdrawn
                )
        )
        report.fault = FaultLines.gathered(texts).joinedText
        report.warnings = remarks
        let endReason = [ending.text, others].compactMap { $0 }.joinedText
        report.parent.endReason = endReason
        return SessionOutcome(
            state: parentFacts.state,
            report: report,
            isSettled: isSettled,
            isConfirmed: isConfirmed,
            isRefused: ending.isRefused,
            reason: parentFacts.state == .halted ? others : endReason
        )
    }
}
