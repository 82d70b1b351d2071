import ArgumentParser
import Foundation
import Runtime
import Settings
import Units
import Venues

/// Reads settings and credentials for a command. Every fault of both goes to stderr, one a line,
/// and ends the command with code 2.
enum SettingsLoader {
    /// - Parameters:
    ///   - path: the settings file; nil leaves the credentials to the environment.
    ///   - isStrict: whether credentials that can be used but look wrong are faults, too.
    static func load(
        _ path: String?,
        isStrict: Bool = false
    ) throws -> (settings: TradingSettings?, credentials: BybitCredentials?) {
        var problems: [String] = []
        var settings: TradingSettings?
        var file: String?
        do {
            settings = try path.map { (path) throws(SettingsError) in
                try TradingSettings(file: path)
            }
            file = settings?.credentialsFile
        } catch {
            problems += error.problems.map(\.description)
            // The key is looked at all the same: everything at once.
            file = path.flatMap(TradingSettings.credentialsFile)
        }
        let environment = ProcessInfo.processInfo.environment
        var credentials: BybitCredentials?
        do {
            credentials = try Secrets.credentials(environment: environment, file: file)
        } catch {
            problems += error.problems
        }
        // The loopback venue's own are no key of Bybit's.
        if settings?.venue.environment != .loopback && path != nil {
            let doubts = Secrets.doubts(environment: environment, file: file)
                .filter { !problems.contains($0) }
            if isStrict { problems += doubts } else { doubts.forEach(Terminal.note) }
        }
        if !problems.isEmpty { throw CommandEnd(.usage, problems) }
        return (settings, credentials)
    }
}
