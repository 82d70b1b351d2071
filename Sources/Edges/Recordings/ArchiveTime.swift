import Units

/// Times as archives write them: a number since the epoch, or a date with a time of day.
///
/// By hand, because a general date parser takes longer for a line than the rest of the file's work
/// and refuses the six decimals some archives use.
enum ArchiveTime {
    /// The last second that is a time, in 2096.
    private static let latestSecond: Int64 = 4_000_000_000

    /// The instant that `text` names; nil when it names none between 1970 and 2096.
    ///
    /// Numbers are seconds, milliseconds, microseconds or nanoseconds by their size: what is larger
    /// than the seconds until 2096 is of the next finer unit.
    static func parse(_ text: Substring) -> Nanoseconds? {
        if let number = Int64(text) {
            var unit: Int64 = 1_000_000_000
            while unit > 1, number > latestSecond * (1_000_000_000 / unit) { unit /= 1_000 }
            guard number >= 0, number <= latestSecond * (1_000_000_000 / unit) else { return nil }
            return Nanoseconds(number * unit)
        }
        if let number = Double(text) {
            let latest = Double(latestSecond)
            let seconds = number > latest ? number / 1_000 : number
            guard (0...latest).contains(seconds) else { return nil }
            return Nanoseconds(Int64((seconds * 1_000).rounded()) * 1_000_000)
        }
        var rest = Array(text.utf8)[...]
        guard let year = digits(&rest, 4), skip(&rest, "-") || skip(&rest, "/"),
            let month = digits(&rest, 2), skip(&rest, "-") || skip(&rest, "/"),
            let day = digits(&rest, 2), (1970...2096).contains(year), (1...12).contains(month),
            (1...31).contains(day)
        else { return nil }
        if rest.isEmpty { return .seconds(daysSinceEpoch(year, month, day) * 86_400) }
        guard skip(&rest, " ") || skip(&rest, "T"), let hour = digits(&rest, 2),
            skip(&rest, ":"), let minute = digits(&rest, 2), hour < 24, minute < 60
        else { return nil }
        var second: Int64 = 0
        if skip(&rest, ":") {
            guard let value = digits(&rest, 2), value < 61 else { return nil }
            second = value
        }
        var nanoseconds: Int64 = 0
        if skip(&rest, ".") {
            var unit: Int64 = 100_000_000
            while unit > 0, let digit = digits(&rest, 1) {
                nanoseconds += digit * unit
                unit /= 10
            }
        }
        guard let offset = offset(&rest), rest.isEmpty else { return nil }
        let time = ((hour * 60 + minute - offset) * 60) + second
        let seconds = daysSinceEpoch(year, month, day) * 86_400 + time
        guard seconds >= 0 else { return nil }
        return Nanoseconds(seconds * 1_000_000_000 + nanoseconds)
    }

    /// Minutes east of UTC; zero when none is stated.
    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if rest.isEmpty || skip(&rest, "Z") || skip(&rest, " UTC") { return 0 }
        let isEast = skip(&rest, "+")
        guard isEast || skip(&rest, "-"), let hours = digits(&rest, 2) else { return nil }
        _ = skip(&rest, ":")
        guard let minutes = digits(&rest, 2), hours < 24, minutes < 60 else { return nil }
        return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }

    /// - SeeAlso: Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
    private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let yearOfEra = y % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return y / 400 * 146_097 + dayOfEra - 719_468
    }

    private static func digits(_ rest: inout ArraySlice<UInt8>, _ count: Int) -> Int64? {
        var value: Int64 = 0
        var left = rest
        for _ in 0..<count {
            guard let byte = left.first, byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
            left = left.dropFirst()
        }
        rest = left
        return value
    }

    private static func skip(_ rest: inout ArraySlice<UInt8>, _ word: String) -> Bool {
        guard rest.starts(with: word.utf8) else { return false }
        rest = rest.dropFirst(word.utf8.count)
        return true
    }
}
