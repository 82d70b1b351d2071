internal import Foundation
public import Venues

/// Why the API key could not be had.
public struct SecretsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what to do; never a secret.
    public let description: String
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
    /// - Throws: when half of a pair is missing, or a file is readable by others.
    public static func credentials(
        environment: [String: String],
        file: String?
    ) throws(SecretsError) -> BybitCredentials? {
        if let key = environment[keyVariable] {
            return try credentials(
                key: key,
                secret: environment[secretVariable],
                privateKey: environment[privateKeyVariable],
                "the environment has \(keyVariable)",
                wants: "\(secretVariable) or \(privateKeyVariable)"
            )
        }
        for name in [secretVariable, privateKeyVariable] where environment[name] != nil {
            throw SecretsError(description: "\(name) is set without \(keyVariable)")
        }
        guard let file else { return nil }
        let text = try contents(of: file)
        do {
            var settings = try SettingsFile(text: "[credentials]\n" + text, path: file)
            let key = settings.string("credentials", "key")
            let secret = settings.string("credentials", "secret")
            let privateKey = settings.string("credentials", "private_key")
            try settings.finish()
            guard let key else { throw SecretsError(description: "\(file): has no key = \"…\"") }
            return try credentials(
                key: key,
                secret: secret,
                privateKey: privateKey,
                "\(file): has a key",
                wants: "secret or private_key"
            )
        } catch let error as SecretsError {
            throw error
        } catch {
            // The problem's own text may quote a value of the file.
            throw SecretsError(
                description: "\(file): must hold key = \"…\" and secret = \"…\" or private_key"
                    + " = \"FILE\", and nothing else"
            )
        }
    }

    private static func credentials(
        key: String,
        secret: String?,
        privateKey: String?,
        _ place: String,
        wants other: String
    ) throws(SecretsError) -> BybitCredentials {
        // What the venue issues is printable; anything else would break out of a header.
        guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw SecretsError(description: "\(place), which is not printable text")
        }
        switch (secret, privateKey) {
        case (let secret?, nil):
            guard !secret.isEmpty else {
                throw SecretsError(description: "\(place), but an empty secret")
            }
            return BybitCredentials(key: key, secret: secret)
        case (nil, let path?):
            let pem = try contents(of: path)
            do {
                return try BybitCredentials(key: key, privateKey: pem)
            } catch {
                throw SecretsError(description: "\(path): \(error)")
            }
        case (nil, nil):
            throw SecretsError(description: "\(place) but not \(other)")
        case (.some, .some):
            throw SecretsError(description: "\(place) with both \(other): give one")
        }
    }

    /// The text of a file that nobody but its owner may read.
    private static func contents(of path: String) throws(SecretsError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SecretsError(description: "\(path): \(String(cString: strerror(errno)))")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Asked of the open file: the one that was checked is the one that is read.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SecretsError(description: "\(path): is no file")
        }
        guard status.st_uid == geteuid() else {
            throw SecretsError(description: "\(path): belongs to another user: chown it")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw SecretsError(
                description: "\(path): others may read it: chmod 600 \(path)"
            )
        }
        guard status.st_size <= 1 << 16, let data = try? handle.readToEnd() ?? Data(),
            let text = String(data: data, encoding: .utf8)
        else {
            throw SecretsError(description: "\(path): cannot be read as a text of up to 64 KiB")
        }
        return text
    }
}
