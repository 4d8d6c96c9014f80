import Telemetry

/// The date of an HTTP answer (RFC 9110, section 5.6.7, the preferred form).
enum HTTPDate {
    private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"

    /// Seconds since 1970 of `Tue, 24 Nov 2026 08:11:52 GMT`; `nil` for anything else.
    static func seconds(_ text: String) -> Int64? {
        let bytes = text.bytes
        guard bytes.count == 29, let day = number(bytes, 5, 2), let year = number(bytes, 12, 4),
            let hour = number(bytes, 17, 2), let minute = number(bytes, 20, 2),
            let second = number(bytes, 23, 2), let month = month(bytes)
        else { return nil }
        return ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int64? {
        var value: Int64 = 0
        for byte in bytes[offset..<(offset + count)] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    private static func month(_ bytes: [UInt8]) -> Int64? {
        for index in 0..<12 {
            let start = months.utf8Start + index * 3
            if bytes[8] == start[0], bytes[9] == start[1], bytes[10] == start[2] {
                return Int64(index + 1)
            }
        }
        return nil
    }

    /// Days since 1970. Source: Hinnant, as in `UTCTime`, `days_from_civil`.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let (era, ofEra) = (year / 400, year % 400)
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }
}
