internal import Units
internal import Venues

/// An API key and what signs with it, as the environment or a file states them.
struct StatedCredentials {
    /// One of the values, and what a person calls it.
    private struct Value {
        let name: String
        let text: String
    }

    /// How long the venue's own keys and secrets are.
    private static let keyLength = 18
    private static let secretLength = 36

    private let place: String
    private let names: (key: String, secret: String, privateKey: String)
    private let key: Value?
    private let secret: Value?
    private let privateKey: Value?

    /// Those of the environment; nil when it states none.
    init?(_ environment: [String: String]) {
        names = (Secrets.keyVariable, Secrets.secretVariable, Secrets.privateKeyVariable)
        place = "the environment"
        func value(_ name: String) -> Value? {
            environment[name].map { Value(name: name, text: $0) }
        }
        key = value(names.key)
        secret = value(names.secret)
        privateKey = value(names.privateKey)
        if key == nil && secret == nil && privateKey == nil { return nil }
    }

    /// Those of a file; nil when it cannot be read.
    init?(file path: String, _ problems: inout [String]) {
        guard let text = PrivateFile.text(path, &problems) else { return nil }
        names = ("key", "secret", "private_key")
        place = path
        let section = "credentials"
        do throws(SettingsError) {
            var file = try SettingsFile(text: "[\(section)]\n" + text, path: path)
            func value(_ name: String) -> Value? {
                file.string(section, name).map { Value(name: "\(path): \(name)", text: $0) }
            }
            key = value(names.key)
            secret = value(names.secret)
            privateKey = value(names.privateKey)
            try file.finish()
        } catch {
            for problem in error.problems {
                // The problem's own text may quote a value of the file.
                let line = problem.line.map { ":\($0 - 1)" } ?? ""
                let isEmpty = problem.text.contains("is empty")
                problems.append(
                    "\(path)\(line): "
                        + (isEmpty
                            ? "is empty: give a value"
                            : "must hold key = \"…\" and secret = \"…\" or private_key = "
                                + "\"FILE\", and nothing else")
                )
            }
            return nil
        }
    }

    /// The credentials, or everything that is wrong with them.
    func made(_ problems: inout [String]) -> BybitCredentials? {
        let before = problems.count
        for value in [key, secret, privateKey].compactMap(\.self) {
            if let fault = StatedCredentials.fault(value.text) {
                problems.append("\(value.name) \(fault)")
            }
        }
        if key == nil {
            let other = secret?.name ?? privateKey?.name
            problems.append(
                other.map { "\($0) is set without \(names.key)" } ?? "\(place): has no \(names.key)"
            )
        }
        if secret != nil && privateKey != nil {
            problems.append("\(place): has both \(names.secret) and \(names.privateKey): give one")
        }
        if let key, secret == nil, privateKey == nil {
            problems.append("\(key.name) is set without \(names.secret) or \(names.privateKey)")
        }
        if let key, let secret, key.text == secret.text, key.text.count > 1 {
            problems.append("\(names.key) and \(names.secret) are the same")
        }
        var pem: String?
        if let path = privateKey?.text, !path.isEmpty, secret == nil {
            pem = PrivateFile.text(path, &problems)
        }
        guard problems.count == before, let key else { return nil }
        if let secret { return BybitCredentials(key: key.text, secret: secret.text) }
        guard let privateKey, let pem else { return nil }
        do {
            return try BybitCredentials(key: key.text, privateKey: pem)
        } catch {
            problems.append("\(privateKey.text): \(error)")
            return nil
        }
    }

    /// What the venue's own keys are not like.
    var doubts: [String] {
        if let key, let secret, key.text.count == Self.secretLength,
            secret.text.count == Self.keyLength
        {
            return ["\(names.key) and \(names.secret) are swapped, by their lengths"]
        }
        var found: [String] = []
        let lengths = [(key, Self.keyLength), (secret, Self.secretLength)]
        for (value, length) in lengths {
            guard let value, StatedCredentials.fault(value.text) == nil else { continue }
            if StatedCredentials.standsForAnother(value.text) {
                found.append("\(value.name) is the text of an example: put in the venue's")
            } else if value.text.count != length {
                found.append(
                    "\(value.name) has \(value.text.count) characters, the venue's have \(length)"
                )
            }
        }
        return found
    }

    /// Why no key or secret is like that; nil when one may be. What the venue issues is printable;
    /// anything else would break out of a header.
    private static func fault(_ text: String) -> String? {
        if text.allSatisfy(\.isWhitespace) { return "is empty" }
        if text.last?.isNewline == true { return "ends in a new line: leave it out" }
        if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
            return "begins or ends with a space: leave it out"
        }
        if text.contains(where: \.isWhitespace) { return "has a space in it" }
        if text.first == "\"" || text.first == "'" { return "begins with a quotation mark" }
        if !text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) {
            return "is not printable text: it has a character that no key has"
        }
        return nil
    }

    private static func standsForAnother(_ text: String) -> Bool {
        let lower = text.lowercased()
        let marks = ["your", "xxxx", "****", "....", "<", "changeme", "placeholder", "example"]
        return Set(lower).count <= 2 || marks.contains { lower.contains($0) }
            || ["key", "secret", "apikey", "api_key", "api-key", "apisecret", "api_secret"]
                .contains(lower)
    }
}
