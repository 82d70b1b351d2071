internal import Foundation
internal import Journal
public import Runtime
public import Transport
public import Units

/// A desk's settings: where to trade, with which key, within which limits, on which core.
///
/// One commented TOML file; `TradingSettings.example` is one. Every value has its unit in its
/// form ("1%", "3s") or its name.
public struct TradingSettings: Sendable {
    /// Where to trade.
    public var venue: VenueSettings
    /// The file that holds the API key; nil leaves the environment.
    public var credentialsFile: String?
    /// The desk's limits.
    public var limits = LimitRequest()
    /// Levels a side of the book to follow.
    public var depth = 50
    /// Connections that bring the same market data.
    public var lines = 1
    /// Whether fills are taken from the venue's quicker stream as well.
    public var takesFastFills = false
    /// Where sessions are recorded; nil leaves it to the command.
    public var journal: JournalSettings?
    /// How long all account connections may be gone before the venue cancels everything.
    public var disconnectWindow: Nanoseconds?
    /// How long the account or order connection may be away before the parent stops.
    public var linkPatience = Nanoseconds.seconds(60)
    /// How long a start is tried again for a reason that may pass.
    public var startPatience = VenuePatience().startUp
    /// Between two reconciliations of everything with the venue.
    public var reconcileInterval = ReconcilerTimes().interval
    /// How long the hot thread may stand still before its orders are taken off for it.
    public var stallPatience = ReconcilerTimes().stall
    /// How the hot thread waits.
    public var waiting = Waiting.block
    /// The core the hot thread is pinned to.
    public var core: Int?

    /// The settings in the file at `path`.
    ///
    /// - Throws: every fault in it, each with its line.
    public init(file path: String) throws(SettingsError) {
        try self.init(
            text: TradingSettings.text(of: path),
            path: path,
            coreFault: HostCore.fault
        )
    }

    /// The file of credentials that the settings at `path` name, whatever else is wrong with them;
    /// nil when they name none or are no TOML.
    public static func credentialsFile(_ path: String) -> String? {
        guard let text = try? text(of: path),
            var file = try? SettingsFile(text: text, path: path)
        else { return nil }
        return file.string("credentials", "file")
    }

    private static func text(of path: String) throws(SettingsError) -> String {
        do throws(TextFileError) {
            return try TextFile(path).text
        } catch {
            throw SettingsError([SettingsProblem(file: path, line: nil, text: "\(error)")])
        }
    }

    /// The settings in `text`, named `path` in problems.
    ///
    /// - Parameter coreFault: why a core cannot be had, asked of the host where it matters.
    public init(
        text: String,
        path: String,
        coreFault: (Int) -> String? = { _ in nil }
    ) throws(SettingsError) {
        var file = try SettingsFile(text: text, path: path)
        let venue = VenueSettings.read(&file)
        credentialsFile = file.string("credentials", "file")
        if let value = file.integer("market", "depth", in: 1...1_000) {
            if let fault = BookDepth.fault(UInt64(value)) { file.report("market", "depth", fault) }
            depth = value
        }
        lines = file.integer("market", "lines", in: 1...8) ?? 1
        takesFastFills = file.flag("account", "fast_fills") ?? false
        journal = TradingSettings.journal(&file)
        disconnectWindow = file.duration(
            "account",
            "dcp",
            .seconds(3)...(.seconds(300)),
            isWhole: true
        )
        linkPatience =
            file.duration("account", "link_patience", .seconds(1)...(.seconds(3_600)))
            ?? linkPatience
        startPatience =
            file.duration("account", "start_patience", .milliseconds(1)...(.seconds(3_600)))
            ?? startPatience
        reconcileInterval =
            file.duration("account", "reconcile_interval", .seconds(1)...(.seconds(600)))
            ?? reconcileInterval
        stallPatience =
            file.duration("thread", "stall_patience", .milliseconds(500)...(.seconds(60)))
            ?? stallPatience
        waiting = file.choice("thread", "wait", of: Wait.self)?.waiting ?? .block
        core = file.integer("thread", "core", in: 0...1_023)
        if let core, let fault = coreFault(core) { file.report("thread", "core", fault) }
        limits = LimitRequest.read(&file)
        try file.finish()
        guard let venue else { preconditionFailure("a venue that cannot be read is a problem") }
        self.venue = venue
    }

    /// Lets a session work by these settings. What it is made with (venue, key, limits, journal) is
    /// not touched.
    public func apply(to configuration: inout SessionConfiguration) {
        configuration.depth = depth
        configuration.lines = lines
        configuration.takesFastFills = takesFastFills
        configuration.disconnectWindow = disconnectWindow
        configuration.linkPatience = linkPatience
        configuration.patience.startUp = startPatience
        configuration.reconcilerTimes.interval = reconcileInterval
        configuration.reconcilerTimes.stall = stallPatience
        configuration.waiting = waiting
        configuration.core = core
    }

    private static func journal(_ file: inout SettingsFile) -> JournalSettings? {
        let directory = file.string("journal", "directory")
        let sync = file.choice("journal", "sync", of: JournalSync.self)
        guard let directory else {
            if sync != nil { file.report("journal", "sync", "belongs to a directory") }
            return nil
        }
        var isFolder: ObjCBool = false
        if !FileManager.default.fileExists(atPath: directory, isDirectory: &isFolder)
            || !isFolder.boolValue
        {
            file.report("journal", "directory", "\(directory) is no directory")
        } else if !FileManager.default.isWritableFile(atPath: directory) {
            file.report("journal", "directory", "cannot write to \(directory)")
        }
        return JournalSettings(directory: directory, sync: sync ?? .durable)
    }

    private enum Wait: String, CaseIterable {
        case spin
        case block

        var waiting: Waiting { self == .spin ? .spin : .block }
    }
}
