internal import Runtime
internal import Units

extension LimitRequest {
    private static let section = "limits"
    private static let share = "a share such as \"1%\" or \"0.01\""

    /// Reads the `[limits]` section; what is not stated keeps its default.
    static func read(_ file: inout SettingsFile) -> LimitRequest {
        var limits = LimitRequest()
        limits.maxChild = decimal(&file, "max_child")
        if let value = coins(&file, "max_child_notional") { limits.maxChildNotional = value }
        limits.maxParent = decimal(&file, "max_parent")
        limits.maxParentNotional = coins(&file, "max_parent_notional")
        limits.maxPosition = decimal(&file, "max_position")
        limits.maxGrossExposure = coins(&file, "max_gross_exposure")
        limits.maxLeveragePercent = file.parsed(
            section,
            "max_leverage",
            "a multiple such as \"3.5\""
        ) {
            guard let scale = DecimalScale(step: $0), scale.decimals <= 2 else { return nil }
            let percent = scale.multiplier.multipliedReportingOverflow(
                by: [100, 10, 1][scale.decimals]
            )
            return percent.overflow || percent.partialValue > 1_000_000 ? nil : percent.partialValue
        }
        limits.maxDailyLoss = coins(&file, "max_daily_loss")
        for (key, path) in [
            ("price_band", \LimitRequest.priceBandBps), ("mark_band", \.markBandBps),
            ("min_liquidation_distance", \.minLiquidationDistanceBps),
        ] {
            if let bps = file.parsed(section, key, share, BasisPoints.parse) {
                limits[keyPath: path] = bps
            }
        }
        for (key, path, least, most) in [
            ("max_book_age", \LimitRequest.maxBookAge, "100ms", "1m"),
            ("max_mark_age", \.maxMarkAge, "1s", "10m"),
            // The stream is pinged every 2 s: less would keep every order back.
            ("max_private_age", \.maxPrivateAge, "3s", "1m"),
            ("max_clock_error", \.maxClockError, "1ms", "5s"),
        ] {
            if let time = file.duration(section, key, least, most) { limits[keyPath: path] = time }
        }
        limits.maxMessagesPerFill = file.integer(
            section,
            "max_messages_per_fill",
            in: 1...1_000_000
        )
        .map(Int64.init)
        if let value = file.integer(section, "requests_per_second", in: 1...10_000) {
            limits.requestsPerSecond = Int64(value)
        }
        limits.tier = file.choice(section, "tier", of: AccountTier.self) ?? limits.tier
        limits.takesBatches = file.flag(section, "batches") ?? limits.takesBatches
        return limits
    }

    private static func decimal(_ file: inout SettingsFile, _ key: String) -> String? {
        file.parsed(section, key, "a positive decimal such as \"2.5\"") {
            DecimalScale(step: $0) != nil ? $0 : nil
        }
    }

    private static func coins(_ file: inout SettingsFile, _ key: String) -> Int64? {
        file.integer(section, key, in: 1...1_000_000_000).map(Int64.init)
    }
}
