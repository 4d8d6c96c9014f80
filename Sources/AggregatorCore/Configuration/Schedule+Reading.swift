import FoundationEssentials
import Platform
import Scaling

extension Schedule {
    /// `nil` when a mistake leaves nothing to go on with; the reader has it.
    init?(_ reader: inout ObjectReader) {
        let name = reader.requiredString("name")
        let cron = reader.requiredString("cron")
        let zone = Self.zone(&reader)
        let span = Limits.scheduleDurationMin...Limits.scheduleDurationMax
        let duration = reader.seconds("durationSeconds", in: span)
        if duration == nil, !reader.has("durationSeconds") {
            reader.refuse("durationSeconds", reader.line, "is missing")
        }
        let min = reader.integer("min", in: 0...Limits.tasksMax)
        let max = reader.integer("max", in: 1...Limits.tasksMax)
        let expires = Self.expires(&reader)
        if let cron {
            for mistake in CronExpression.mistakes(in: cron) {
                reader.refuse(
                    "cron", reader.line, "must be \(mistake.allowed), not \(mistake.given)")
            }
        }
        guard let name, let cron, let zone, let duration,
            let schedule = try? Schedule(
                name: name, cron: cron, zone: zone, duration: duration, minTasks: min,
                maxTasks: max, expiresMs: expires)
        else { return nil }
        self = schedule
    }

    /// The zone's rules, from this machine's copy of the IANA time zone database; UTC without one.
    private static func zone(_ reader: inout ObjectReader) -> TimeZoneRules? {
        guard let name = reader.string("timeZone", bytesMax: 64), name != "UTC" else { return .utc }
        let isName = name.utf8.allSatisfy {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || "/_+-".utf8.contains($0)
        }
        if isName, !name.hasPrefix("/"),
            let bytes = try? TextFile.read(
                "\(AggregatorLimits.timeZoneDirectory)/\(name)",
                bytesMax: AggregatorLimits.timeZoneBytesMax),
            let zone = TimeZoneRules(name: name, tzif: bytes)
        {
            return zone
        }
        reader.refuse(
            "timeZone", reader.line,
            "must be a zone in \(AggregatorLimits.timeZoneDirectory) such as"
                + " \"Europe/Berlin\", or \"UTC\", not \"\(name)\"")
        return nil
    }

    private static func expires(_ reader: inout ObjectReader) -> Int64? {
        guard let text = reader.string("expires", bytesMax: 40) else { return nil }
        guard let date = try? Date(text, strategy: .iso8601) else {
            reader.refuse(
                "expires", reader.line,
                "must be a time such as \"2027-01-02T00:00:00Z\", not \"\(text)\"")
            return nil
        }
        return Int64(date.timeIntervalSince1970 * 1000)
    }
}
