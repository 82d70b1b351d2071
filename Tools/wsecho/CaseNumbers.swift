import ArgumentParser

/// Numbers of test cases as a person writes them: `1-246,301`.
struct CaseNumbers: ExpressibleByArgument {
    let ranges: [ClosedRange<Int>]

    init?(argument: String) {
        var ranges: [ClosedRange<Int>] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            guard (1...2).contains(ends.count), let first = Int(ends[0]),
                let last = Int(ends[ends.count - 1]), first >= 1, last >= first
            else { return nil }
            ranges.append(first...last)
        }
        self.ranges = ranges
    }

    func contains(_ number: Int) -> Bool { ranges.contains { $0.contains(number) } }
}
