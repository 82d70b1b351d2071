import Foundation
import Runtime
import Settings

extension OptionFaults {
    /// Notes what is wrong with where to trade.
    mutating func venue(_ config: String?, _ port: WholeArgument?, _ ca: String?) {
        expect(
            config != nil || port != nil || ca != nil,
            "no venue: --port and --ca, or --config FILE"
        )
        expect(
            (port == nil) == (ca == nil),
            "--port and --ca belong together: `sluice venue` prints both"
        )
        range("--port", port, 1...65_535)
        certificates("--ca", ca)
    }

    /// Notes what is wrong with which market data to follow.
    mutating func market(_ depth: WholeArgument?, _ lines: WholeArgument?) {
        if let depth, depth.fault == nil, let fault = BookDepth.fault(depth.value) {
            note("--depth '\(depth.text)' cannot be had: \(fault)")
        }
        range("--lines", lines, 1...8)
    }

    /// Notes what has no meaning for the market that a loopback venue makes or plays.
    mutating func playing(_ feed: [String], _ speed: DecimalArgument?, _ seed: WholeArgument?) {
        meaningless("--speed", if: feed.isEmpty && speed != nil, "belongs to --feed")
        meaningless(
            "--seed",
            if: !feed.isEmpty && seed != nil,
            "is of the synthetic market: no --feed with it"
        )
        distinct(feed)
    }

    /// Notes a recording that is named more than once, whatever leads to it.
    mutating func distinct(_ files: [String]) {
        var names: [String: [String]] = [:]
        for file in files {
            let path = URL(fileURLWithPath: file).resolvingSymlinksInPath().path
            names[path, default: []].append(file)
        }
        for (_, same) in names.sorted(by: { $0.key < $1.key }) where same.count > 1 {
            note("\(same.joined(separator: " and ")) are one file: name it once")
        }
    }

    /// Notes a file of certificates that is none.
    mutating func certificates(_ option: String, _ path: String?) {
        if let path, let fault = CertificateFile.fault(path) { note("\(option): \(fault)") }
    }
}
