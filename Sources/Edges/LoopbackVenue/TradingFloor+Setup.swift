internal import Recordings
internal import Units

extension TradingFloor {
    /// The floor that a configuration asks for: one market a symbol.
    convenience init(_ configuration: LoopbackVenueConfiguration) throws {
        guard configuration.speed > 0, configuration.speed.isFinite else {
            throw LoopbackVenueError.configuration("the speed must be positive")
        }
        guard configuration.requestsPerSecond ?? 1 > 0 else {
            throw LoopbackVenueError.configuration("the requests per second must be positive")
        }
        var generator = SystemRandomNumberGenerator()
        let names = VenueNames(&generator)
        let desks =
            configuration.feedFiles.isEmpty
            ? [try TradingFloor.syntheticDesk(configuration)]
            : try TradingFloor.recordedDesks(configuration)
        self.init(
            desks,
            names: names,
            faults: configuration.faults,
            requestsPerSecond: configuration.requestsPerSecond
        )
    }

    private static func syntheticDesk(
        _ configuration: LoopbackVenueConfiguration
    ) throws -> MarketDesk {
        MarketDesk(
            index: 0,
            instrument(
                configuration,
                configuration.symbol ?? "BTCUSDT",
                configuration.category ?? .linear,
                0
            ),
            fees: configuration.fees,
            feed: SyntheticFeed(seed: configuration.seed),
            speed: configuration.speed,
            opening: configuration.position
        )
    }

    /// One desk a market; files of the same market play one after the other.
    private static func recordedDesks(
        _ configuration: LoopbackVenueConfiguration
    ) throws -> [MarketDesk] {
        var markets: [(symbol: String, category: ProductCategory, files: [String])] = []
        for file in configuration.feedFiles {
            let symbol = try configuration.symbol ?? RecordedMarket.symbol(of: file)
            let name = file.split(separator: "/").last ?? ""
            let category = configuration.category ?? (name.hasPrefix("spot") ? .spot : .linear)
            if let i = markets.firstIndex(where: { $0.symbol == symbol && $0.category == category })
            {
                markets[i].files.append(file)
            } else {
                markets.append((symbol, category, [file]))
            }
        }
        return try markets.enumerated().map { index, market in
            let configuration = try reckoned(configuration, market)
            let instrument = instrument(configuration, market.symbol, market.category, index)
            return MarketDesk(
                index: index,
                instrument,
                fees: configuration.fees,
                feed: try RecordedMarket(market.files, instrument),
                speed: configuration.speed,
                opening: configuration.position
            )
        }
    }

    /// The configuration with the steps that a recorded market has: where they are neither given
    /// nor known, they are looked for in its files.
    private static func reckoned(
        _ configuration: LoopbackVenueConfiguration,
        _ market: (symbol: String, category: ProductCategory, files: [String])
    ) throws -> LoopbackVenueConfiguration {
        if configuration.tick != nil && configuration.lot != nil { return configuration }
        if Instrument.usualSteps(market.symbol, market.category) != nil { return configuration }
        let found = try StepSearch(market.files, symbol: market.symbol)
        var reckoned = configuration
        reckoned.tick = configuration.tick ?? found.tick
        reckoned.lot = configuration.lot ?? found.lot
        return reckoned
    }

    private static func instrument(
        _ configuration: LoopbackVenueConfiguration,
        _ symbol: String,
        _ category: ProductCategory,
        _ index: Int
    ) -> Instrument {
        Instrument(
            loopback: symbol,
            category,
            tick: configuration.tick,
            lot: configuration.lot,
            id: InstrumentID(UInt16(index))
        )
    }
}
