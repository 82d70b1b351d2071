import ArgumentParser
import Foundation

@testable import sluice

/// What the command line makes of arguments, without running anything.
enum Parsing {
    /// What is said of arguments that are refused, without the usage; nil when they are taken.
    static func refusal(_ arguments: [String], environment: [String: String] = [:]) -> String? {
        do {
            _ = try Sluice.command(arguments, environment: environment)
            return nil
        } catch {
            return Sluice.message(for: error)
        }
    }

    /// What is said of a whole parent with one option more or other than usual.
    static func parent(_ changes: [String], ca: String) -> String? {
        var arguments = ["execute", "--port", "1", "--ca", ca]
        for (names, value) in [(["--quantity"], "1"), (["--over", "--duration"], "30s")]
        where !changes.contains(where: { names.contains(String($0.prefix { $0 != "=" })) }) {
            arguments += [names[0], value]
        }
        return refusal(arguments + changes)
    }
}
