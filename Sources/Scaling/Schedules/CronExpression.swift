import Values

/// Moments in the five fields of crontab(5): minute, hour, day of month, month, day of week.
///
/// A field is `*`, a number, a range `a-b`, a list `a,b`, each with a step `/n`; months and days
/// of the week have English names of three letters, and Sunday is 0 or 7. As in cron, when both
/// days are given, either of them is enough. Local times that a change to summer time skips do not
/// come; those that the change back repeats come twice.
package struct CronExpression: Equatable, Sendable {
    package let text: String
    private let minutes: UInt64
    private let hours: UInt64
    private let days: UInt64
    private let months: UInt64
    private let weekdays: UInt64
    private let restrictsDays: Bool
    private let restrictsWeekdays: Bool

    package init(_ text: String) throws(PolicyError) {
        self.text = text
        let fields = text.split(separator: " ").map(String.init)
        guard fields.count == 5 else {
            throw PolicyError(
                key: "schedules.cron",
                allowed: "five fields: minute hour day-of-month month day-of-week", given: text)
        }
        minutes = try CronField(name: "minute", range: 0...59).parse(fields[0])
        hours = try CronField(name: "hour", range: 0...23).parse(fields[1])
        days = try CronField(name: "day of month", range: 1...31).parse(fields[2])
        months = try CronField(name: "month", range: 1...12, names: Self.monthNames, first: 1)
            .parse(fields[3])
        let week = try CronField(
            name: "day of week", range: 0...7, names: Self.weekdayNames, first: 0
        ).parse(fields[4])
        // 7 is Sunday, as 0 is.
        weekdays = (week | (week >> 7)) & 0x7F
        restrictsDays = !fields[2].hasPrefix("*")
        restrictsWeekdays = !fields[4].hasPrefix("*")
    }

    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// Whether that minute, counted from 1970 in UTC, is one of the moments in that zone.
    package func matches(unixMinute: Int64, zone: TimeZoneRules) -> Bool {
        let local = unixMinute * 60 + Int64(zone.offsetSeconds(atUnix: unixMinute * 60))
        let minuteOfDay = Int((local / 60) % 1440 + 1440) % 1440
        guard bit(minutes, minuteOfDay % 60), bit(hours, minuteOfDay / 60) else { return false }
        let date = CivilDate(unixSeconds: local)
        guard bit(months, date.month) else { return false }
        let day = bit(days, date.day)
        let weekday = bit(weekdays, date.weekday)
        return restrictsDays && restrictsWeekdays ? day || weekday : day && weekday
    }

    private func bit(_ set: UInt64, _ index: Int) -> Bool {
        set & (1 << UInt64(index)) != 0
    }
}

/// One field of a cron expression.
private struct CronField {
    let name: String
    let range: ClosedRange<Int>
    var names: [String] = []
    var first = 0

    /// The values as a set of bits.
    func parse(_ text: String) throws(PolicyError) -> UInt64 {
        var bits: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(
                separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let step = halves.count == 2 ? Int(halves[1]) : 1
            guard let step, step >= 1, step <= 60 else { throw refusal(text) }
            let span = try span(String(halves[0]), hasStep: halves.count == 2, whole: text)
            for value in stride(from: span.lowerBound, through: span.upperBound, by: step) {
                bits |= 1 << UInt64(value)
            }
        }
        return bits
    }

    private func span(
        _ text: String, hasStep: Bool, whole: String
    ) throws(PolicyError) -> ClosedRange<Int> {
        if text == "*" { return range }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let from = value(String(ends[0])) else { throw refusal(whole) }
        guard ends.count == 2 else { return hasStep ? from...range.upperBound : from...from }
        guard let to = value(String(ends[1])), to >= from else { throw refusal(whole) }
        return from...to
    }

    private func value(_ text: String) -> Int? {
        if let index = names.firstIndex(of: text.lowercased()) { return index + first }
        guard let number = Int(text), range.contains(number) else { return nil }
        return number
    }

    private func refusal(_ text: String) -> PolicyError {
        PolicyError(
            key: "schedules.cron (\(name))",
            allowed: "\(range.lowerBound) to \(range.upperBound), as *, a, a-b, a,b or with /step",
            given: text)
    }
}
