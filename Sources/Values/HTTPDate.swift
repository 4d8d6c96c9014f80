import Writing

/// The date of an HTTP answer (RFC 9110, section 5.6.7, the preferred form).
package enum HTTPDate {
    private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"

    /// Seconds since 1970 of `Tue, 24 Nov 2026 08:11:52 GMT`; `nil` for anything else.
    package static func seconds(_ text: String) -> Int64? {
        let bytes = text.bytes
        guard bytes.count == 29, let day = number(bytes, 5, 2), let year = number(bytes, 12, 4),
            let hour = number(bytes, 17, 2), let minute = number(bytes, 20, 2),
            let second = number(bytes, 23, 2), let month = month(bytes)
        else { return nil }
        let days = CivilDate.days(year: Int(year), month: Int(month), day: Int(day))
        return ((days * 24 + hour) * 60 + minute) * 60 + second
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
}
