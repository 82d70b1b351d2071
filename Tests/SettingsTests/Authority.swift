import Foundation

/// A file that looks like a certificate, for as long as it is held.
final class Authority {
    let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("sluice-authority-\(UUID().uuidString).pem").path

    init(_ text: String = "-----BEGIN CERTIFICATE-----\n") throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
