/// Wall-clock times as RFC 3339 writes them, in UTC.
enum Timestamp {
    /// With milliseconds.
    static func text(unixMs: Int64) -> String {
        text(unixMs: unixMs, fraction: pad(modulo(unixMs, 1000), 3))
    }

    /// With microseconds.
    static func text(unixUs: Int64) -> String {
        let microseconds = modulo(unixUs, 1_000_000)
        return text(unixMs: (unixUs - microseconds) / 1000, fraction: pad(microseconds, 6))
    }

    private static func text(unixMs: Int64, fraction: String) -> String {
        let dayMs: Int64 = 86_400_000
        let days = (unixMs - modulo(unixMs, dayMs)) / dayMs
        let date = civil(days: days)
        let rest = modulo(unixMs, dayMs)
        let time = [
            pad(rest / 3_600_000, 2), pad(rest / 60_000 % 60, 2), pad(rest / 1000 % 60, 2),
        ].joined(separator: ":")
        return "\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))"
            + "T\(time).\(fraction)Z"
    }

    /// The Gregorian date of a day counted from 1970-01-01; after Howard Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms" (civil_from_days).
    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let dayOfEra = modulo(shifted, 146_097)
        let era = (shifted - dayOfEra) / 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func modulo(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }

    private static func pad(_ value: Int64, _ width: Int) -> String {
        let digits = "\(value)"
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
