import Telemetry

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
        let date = CivilDate(unixSeconds: (unixMs - modulo(unixMs, 1000)) / 1000)
        let rest = modulo(unixMs, dayMs)
        let time = [
            pad(rest / 3_600_000, 2), pad(rest / 60_000 % 60, 2), pad(rest / 1000 % 60, 2),
        ].joined(separator: ":")
        return "\(pad(Int64(date.year), 4))-\(pad(Int64(date.month), 2))-\(pad(Int64(date.day), 2))"
            + "T\(time).\(fraction)Z"
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
