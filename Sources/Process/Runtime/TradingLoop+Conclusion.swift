internal import Costs
internal import Engine
internal import Orders
internal import Reports
internal import Risk
internal import Telemetry
internal import Transport
internal import Units

extension TradingLoop {
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
                perSecond: engine.gate.budget.limit(operation, instrument.category),
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

    /// Connections that ended the parent, or were away at its end.
    private mutating func linkFaults(_ stopReason: String) -> [String] {
        var texts: [String] = []
        if let fault = account.fault, !account.isUp || stopReason == "privateStreamLost" {
            texts.append(fault.text + (account.isUp ? "" : "; it was not back at the end"))
        }
        if let fault = trade?.fault, !canSend || stopReason == "orderConnectionLost" {
            texts.append(fault.text + (canSend ? "" : "; it was not back at the end"))
        }
        return texts
    }

    /// How the account and order connections fared.
    private mutating func linkSections(until end: Nanoseconds) -> [LinkSection] {
        var sections = [account.section(until: end)]
        if let order = trade?.section(until: end) { sections.append(order) }
        return sections
    }

    /// Asks the venue what it thinks was done, and puts the report together.
    consuming func conclude(
        _ configuration: SessionConfiguration,
        _ facts: VenueFacts,
        startedAt: Nanoseconds,
        _ inquiry: VenueInquiry,
        _ protection: DisconnectProtection,
        _ stalls: StallCounts
    ) -> SessionOutcome {
        var parentFacts = engine.facts(of: parent)
        if let asked = configuration.request.lots(of: facts.instrument) {
            parentFacts.asked = asked
        }
        let ending = Ending(
            reason: engine.stopReason(of: parent),
            facts: parentFacts,
            instrument: facts.instrument,
            mainRefusal: mainRefusal,
            lastCode: answerCodes.lastRefusal
        )
        var texts = [control.stopFault].compactMap { $0 }
        if let noBook = noBookText(parentFacts, facts.instrument) {
            texts.append(noBook)
        } else if let fault {
            texts.append(fault.text)
        }
        texts += linkFaults(parentFacts.stopReason)
        if fault == nil, !feed.lines.isSound, feed.lines.counts.losses > 0 {
            texts.append("market data was lost and had not come back at the end")
        }
        if parentFacts.stopReason == "\(StopReason.stepsChanged)" {
            texts.append(
                "the venue changed the tick or lot of \(facts.instrument.symbol): the parent was "
                    + "stopped; a later session uses the new ones"
            )
        }
        if isPositionWrong {
            texts.append("the venue's position is not what our fills come to: everything stopped")
        }
        if sweep.unanswered > 0 {
            texts.append(
                "the venue did not answer for \(sweep.unanswered) of the \(sweep.count) orders that "
                    + "were open at the halt: check them there"
            )
        }
        if reconciliation.counts.withdrawn > 0 {
            let count = reconciliation.counts.withdrawn
            texts.append("\(count) orders had to be cancelled by REST")
        }
        // What is at fault is said first, where nothing else has said it.
        if texts.isEmpty, parentFacts.state == .halted, let text = ending.text {
            texts.append(text)
        }
        let look = lastLook(configuration, facts, startedAt: startedAt, inquiry, parentFacts)
        texts += look.texts(facts.instrument)
        let others = ending.others(from: facts.position, to: engine.opening(facts.instrument.id))
        if parentFacts.untoldFees > 0 {
            texts.append("the fees of \(parentFacts.untoldFees) fills were never told")
        }
        if !parentFacts.unsettled.isEmpty {
            texts.append(
                "\(parentFacts.unsettled.count) children have no last word from the venue: "
                    + "check them there before trading on"
                    + (journal.isRecording ? ", or let `sluice recover` do so" : "")
            )
        }
        let isSettled = parentFacts.unsettled.isEmpty && look.open == 0 && look.withdrawn == 0
        let end = isSettled ? journal.close(now: clock.now) : journal.leave()
        if let end { texts.append(end) }
        if worstDrift > TradingLoop.toleratedDrift {
            texts.append(
                "the processor's counter strayed by \(worstDrift / 1_000) ppm from the system's "
                    + "clock: run with SLUICE_TICKS=monotonic"
            )
        }
        var report = ParentReport(
            build: Session.version,
            session: configuration.session.text,
            facts: parentFacts,
            instrument: facts.instrument,
            refusals: refusals(),
            latencies: latencies.summary(clock),
            venue: VenueSection(
                name: configuration.venue.name,
                positionLots: look.position?.net.lots,
                positionBeforeLots: facts.position.net.lots,
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
        report.fault = texts.joinedText
        let endReason = [ending.text, others].compactMap { $0 }.joinedText
        report.parent.endReason = endReason
        return SessionOutcome(
            state: parentFacts.state,
            report: report,
            isSettled: isSettled,
            isConfirmed: isSettled && look.agrees,
            isRefused: ending.isRefused,
            reason: parentFacts.state == .halted ? others : endReason
        )
    }
}
