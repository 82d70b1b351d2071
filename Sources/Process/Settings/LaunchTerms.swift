internal import Journal
public import Runtime

/// What must be so before a session may send orders to a venue.
///
/// The loopback venue takes everybody. On the others an order is real money, or a rehearsal
/// for it: what a desk would want to have in hand afterwards must be there before.
public enum LaunchTerms {
    /// What a person has to say, and where, before real money is traded.
    public static let confirmation = "yes"

    /// What to say of an answer about real money where none is traded; nil for nothing.
    public static func remark(to environment: VenueEnvironment, liveMoney: String?) -> String? {
        guard environment != .live, liveMoney != nil else { return nil }
        return
            "--live-money has no meaning here: environment \"\(environment.rawValue)\" trades no "
            + "real money"
    }

    /// Why real money may not be traded within `limits`, with what to write; nil when it may.
    ///
    /// Without a bound a slip of the decimal point is worked like any other parent.
    public static func unboundedParent(
        _ environment: VenueEnvironment,
        _ limits: LimitRequest
    ) -> String? {
        guard environment == .live, limits.maxParent == nil, limits.maxParentNotional == nil else {
            return nil
        }
        return
            "environment \"live\" and no bound on a parent, so that 5000 for 5.0 would be traded: "
            + "write max_parent_notional = 100000 (in the quote coin) or max_parent = \"2.5\" (in "
            + "the base coin) under [limits] of the settings"
    }

    /// Why a session may not begin, each with what to do; empty when it may.
    ///
    /// - Parameters:
    ///   - limits: what it would trade within.
    ///   - journal: where the session would be recorded.
    ///   - hasCredentials: whether an API key was found.
    ///   - liveMoney: what the command line answered for this one run: a settings file may be the
    ///     wrong one, so that it cannot give the answer itself.
    public static func objections(
        to environment: VenueEnvironment,
        within limits: LimitRequest,
        journal: JournalSettings?,
        hasCredentials: Bool,
        liveMoney: String?
    ) -> [String] {
        if environment == .loopback { return [] }
        let name = environment.rawValue
        var found: [String] = []
        if !hasCredentials {
            found.append(
                "no API key for \(name): set SLUICE_API_KEY and SLUICE_API_SECRET, or [credentials] "
                    + "file"
            )
        }
        switch journal?.sync {
        case nil:
            found.append(
                "no journal: after a crash only its records tell which orders on \(name) are ours. "
                    + "Give --journal DIR, or [journal] directory"
            )
        case .async:
            found.append(
                "the journal is \"async\": an order could be at \(name) that no record survives "
                    + "of. Set [journal] sync = \"durable\", or --journal-sync durable"
            )
        case .durable:
            break
        }
        if environment == .live && liveMoney != confirmation {
            found.append(
                "environment \"live\" trades real money: say so with --live-money \(confirmation)"
            )
        }
        if let unbounded = unboundedParent(environment, limits) { found.append(unbounded) }
        return found
    }
}
