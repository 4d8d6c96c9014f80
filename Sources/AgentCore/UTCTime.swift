/// A moment as RFC 3339 writes it, in UTC with milliseconds.
package enum UTCTime {
    /// `2026-11-24T08:11:52.123Z`, from milliseconds since 1970; years 1970 to 9999.
    package static func text(ms: Int64) -> String {
        let ms = min(max(ms, 0), 253_402_300_799_999)
        let (days, ofDay) = (ms / 86_400_000, ms % 86_400_000)
        let date = civilDate(days: days)
        let clock = [ofDay / 3_600_000, ofDay / 60_000 % 60, ofDay / 1000 % 60]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        append(date.year, digits: 4, to: &bytes)
        for part in [date.month, date.day] {
            bytes.append(UInt8(ascii: "-"))
            append(part, digits: 2, to: &bytes)
        }
        for (index, part) in clock.enumerated() {
            bytes.append(index == 0 ? UInt8(ascii: "T") : UInt8(ascii: ":"))
            append(part, digits: 2, to: &bytes)
        }
        bytes.append(UInt8(ascii: "."))
        append(ofDay % 1000, digits: 3, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The Gregorian date of a day since 1970.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    private static func civilDate(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let (era, ofEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func append(_ value: Int64, digits: Int, to bytes: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
