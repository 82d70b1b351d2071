internal import Foundation
public import Venues

/// Why the API key could not be had.
public struct SecretsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what to do, each in a line; never a secret.
    public let problems: [String]

    /// One problem a line.
    public var description: String { problems.joined(separator: "\n") }
}

/// Where the API key comes from: the environment, or a file that only its owner can read. Never
/// from arguments, which every process can see.
public enum Secrets {
    /// Variable with the API key.
    public static let keyVariable = "SLUICE_API_KEY"
    /// Variable with the HMAC secret.
    public static let secretVariable = "SLUICE_API_SECRET"
    /// Variable with the path of an RSA private key, PEM.
    public static let privateKeyVariable = "SLUICE_API_PRIVATE_KEY"

    /// The credentials that the environment or else `file` states; nil when neither states any.
    ///
    /// The file is TOML: `key` and `secret`, or `key` and `private_key` (the path of a PEM file).
    ///
    /// - Throws: everything that is wrong: half of a pair missing, a value that cannot be one, a
    ///   file that others may read.
    public static func credentials(
        environment: [String: String],
        file: String?
    ) throws(SecretsError) -> BybitCredentials? {
        var problems: [String] = []
        let stated =
            StatedCredentials(environment)
            ?? file.flatMap { StatedCredentials(file: $0, &problems) }
        let made = stated?.made(&problems)
        if problems.isEmpty { return made }
        throw SecretsError(problems: problems)
    }

    /// What is odd about credentials that can be used: text that stands for a key, lengths that
    /// the venue's keys do not have, key and secret swapped, a file unused and open to others.
    public static func doubts(environment: [String: String], file: String?) -> [String] {
        var ignored: [String] = []
        guard let stated = StatedCredentials(environment) else {
            return file.flatMap { StatedCredentials(file: $0, &ignored) }?.doubts ?? []
        }
        var unused: [String] = []
        if let file, FileManager.default.fileExists(atPath: file) {
            _ = PrivateFile.text(file, &unused)
        }
        return stated.doubts + unused
    }
}
