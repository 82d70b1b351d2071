import Foundation

/// What this process holds.
struct Holdings: Encodable {
    let descriptors: Int
    let residentKiB: Int

    static func now() -> Holdings {
        let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return Holdings(
            descriptors: open?.count ?? 0,
            residentKiB: Int(line.filter(\.isNumber)) ?? 0
        )
    }
}
