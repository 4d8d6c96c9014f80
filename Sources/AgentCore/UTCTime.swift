import Telemetry

/// A moment as RFC 3339 writes it, in UTC with milliseconds.
package enum UTCTime {
    /// `2026-11-24T08:11:52.123Z`, from milliseconds since 1970; years 1970 to 9999.
    package static func text(ms: Int64) -> String {
        let ms = min(max(ms, 0), 253_402_300_799_999)
        let ofDay = ms % 86_400_000
        let date = CivilDate(unixSeconds: ms / 1000)
        let clock = [ofDay / 3_600_000, ofDay / 60_000 % 60, ofDay / 1000 % 60]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        append(Int64(date.year), digits: 4, to: &bytes)
        for part in [date.month, date.day] {
            bytes.append(UInt8(ascii: "-"))
            append(Int64(part), digits: 2, to: &bytes)
        }
        for (index, part) in clock.enumerated() {
            bytes.append(index == 0 ? UInt8(ascii: "T") : UInt8(ascii: ":"))
            append(Int64(part), digits: 2, to: &bytes)
        }
        bytes.append(UInt8(ascii: "."))
        append(ofDay % 1000, digits: 3, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
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
