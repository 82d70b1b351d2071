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
        ) { (text) throws(StatedError) in
            let scale = DecimalScale(step: try Stated.decimal(text))
            guard let scale, scale.decimals <= 2 else { return nil }
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
            let bps = file.parsed(section, key, share) { (text) throws(StatedError) in
                try Stated.share(text)
            }
            if let bps { limits[keyPath: path] = bps }
        }
        let (millisecond, second) = (Nanoseconds.milliseconds(1), Nanoseconds.seconds(1))
        let minute = Nanoseconds.seconds(60)
        for (key, path, range) in [
            ("max_book_age", \LimitRequest.maxBookAge, .milliseconds(100)...minute),
            ("max_mark_age", \.maxMarkAge, second...(.seconds(600))),
            // The stream is pinged every 2 s: less would keep every order back.
            ("max_private_age", \.maxPrivateAge, .seconds(3)...minute),
            ("max_clock_error", \.maxClockError, millisecond...(.seconds(5))),
        ] {
            if let time = file.duration(section, key, range) { limits[keyPath: path] = time }
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
            (text) throws(StatedError) in try Stated.decimal(text)
        }
    }

    private static func coins(_ file: inout SettingsFile, _ key: String) -> Int64? {
        file.integer(section, key, in: 1...1_000_000_000).map(Int64.init)
    }
}
