import ArgumentParser
import Foundation
import Invocation

extension Sluice {
    /// The command that `arguments` ask for, in an environment that says nothing wrong.
    static func command(
        _ arguments: [String] = Invocation.arguments,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> any ParsableCommand {
        let words = joiningNegatives(arguments)
        let parsed = Result { try parseAsRoot(words) }
        // Help is had whatever else is said.
        if case .failure(let error) = parsed, exitCode(for: error) == .success { throw error }
        let faults = RawArguments(words).faults + EnvironmentWords.faults(environment)
        if !faults.isEmpty { throw CommandEnd(.usage, faults) }
        return try parsed.get()
    }

    /// A number below zero is the value of the option before it, not an option: "--quantity -1" is
    /// told as what it is. No option of ours begins with a digit.
    static func joiningNegatives(_ arguments: [String]) -> [String] {
        var joined: [String] = []
        for argument in arguments {
            let second = argument.dropFirst().first
            let isNegative = argument.hasPrefix("-") && (second?.isNumber == true || second == ".")
            if isNegative, let last = joined.last, last.hasPrefix("--"), last.count > 2,
                !last.contains("=")
            {
                joined[joined.count - 1] = last + "=" + argument
            } else {
                joined.append(argument)
            }
        }
        return joined
    }
}

/// The variables of the environment that choose how the process works, and their words.
enum EnvironmentWords {
    private static let words = [
        ("SLUICE_IO", ["automatic", "uring", "sockets"]),
        ("SLUICE_SCAN", ["avx2", "sse41", "plain"]),
        ("SLUICE_TICKS", ["counter", "monotonic"]),
    ]

    /// What is wrong with them, each in a sentence. Their readers take a word that they do not know
    /// for none: a slip would go unnoticed.
    static func faults(_ environment: [String: String]) -> [String] {
        words.compactMap { name, words in
            guard let value = environment[name], !words.contains(value) else { return nil }
            return "\(name) must be \(words.dropLast().joined(separator: ", ")) or "
                + "\(words.last ?? ""), not '\(value)'"
        }
    }
}
