import Writing

/// A moment as RFC 3339 writes it, in UTC; years 0000 to 9999, what lies beyond is the nearest.
package enum UTCTime {
    /// `2026-11-24T08:11:52.123Z`, from milliseconds since 1970.
    package static func text(ms: Int64) -> String {
        text(units: ms, perSecond: 1000, digits: 3)
    }

    /// `2026-11-24T08:11:52.123456Z`, from microseconds since 1970.
    package static func text(us: Int64) -> String {
        text(units: us, perSecond: 1_000_000, digits: 6)
    }

    // 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
    private static let firstSecond: Int64 = -62_167_219_200
    private static let lastSecond: Int64 = 253_402_300_799

    private static func text(units: Int64, perSecond: Int64, digits: Int) -> String {
        let bounded = min(
            max(units, firstSecond * perSecond), lastSecond * perSecond + perSecond - 1)
        let fraction = floorRemainder(bounded, perSecond)
        let seconds = (bounded - fraction) / perSecond
        let ofDay = floorRemainder(seconds, 86_400)
        let date = CivilDate(unixSeconds: seconds)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        append(Int64(date.year), digits: 4, to: &bytes)
        append("-", Int64(date.month), digits: 2, to: &bytes)
        append("-", Int64(date.day), digits: 2, to: &bytes)
        append("T", ofDay / 3600, digits: 2, to: &bytes)
        append(":", ofDay / 60 % 60, digits: 2, to: &bytes)
        append(":", ofDay % 60, digits: 2, to: &bytes)
        append(".", fraction, digits: digits, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
        return String(bytes: bytes)
    }

    /// The remainder from 0 on, for moments before 1970 too.
    private static func floorRemainder(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }

    @inline(never)
    private static func append(
        _ separator: Unicode.Scalar, _ value: Int64, digits: Int, to bytes: inout [UInt8]
    ) {
        bytes.append(UInt8(ascii: separator))
        append(value, digits: digits, to: &bytes)
    }

    @inline(never)
    private static func append(_ value: Int64, digits: Int, to bytes: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
