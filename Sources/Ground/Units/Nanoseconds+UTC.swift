extension Nanoseconds {
    /// An instant as UTC with `digits` decimals of a second, cut and not rounded:
    /// "2026-11-29T02:54:41.123Z". With a space and "UTC" where a person reads it.
    public func utc(digits: Int, isForPeople: Bool = false) -> String {
        precondition((0...9).contains(digits))
        let second: Int64 = 1_000_000_000
        let seconds = count.floorDivided(by: second)
        let day = seconds.floorDivided(by: 86_400)
        let (year, month, date) = Nanoseconds.civil(day)
        let inDay = seconds - day * 86_400
        var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(date, 2))"
        text += isForPeople ? " " : "T"
        text += "\(padded(inDay / 3_600, 2)):\(padded(inDay / 60 % 60, 2)):\(padded(inDay % 60, 2))"
        if digits > 0 {
            text += "." + padded(count - seconds * second, 9).prefix(digits)
        }
        return text + (isForPeople ? " UTC" : "Z")
    }

    private func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The date of the day so many days after 1 January 1970. Years are counted from March, so that
    /// a leap day is a year's last.
    private static func civil(_ day: Int64) -> (year: Int64, month: Int64, date: Int64) {
        // Days since 1 March of the year 0, in eras of 400 years.
        let shifted = day + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let inEra = shifted - era * 146_097
        let yearOfEra = (inEra - inEra / 1_460 + inEra / 36_524 - inEra / 146_096) / 365
        let dayOfYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let date = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date)
    }
}

extension Int64 {
    /// The quotient rounded down, also where it is negative.
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
