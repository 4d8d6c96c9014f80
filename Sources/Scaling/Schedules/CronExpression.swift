import Values

/// Moments in the five fields of crontab(5): minute, hour, day of month, month, day of week.
///
/// A field is `*`, a number, a range `a-b`, a list `a,b`, each with a step `/n`; months and days
/// of the week have English names of three letters, and Sunday is 0 or 7. As in cron, when both
/// days are given, either of them is enough.
///
/// Where a zone's clock jumps over a moment, the moment comes at the end of the jump, as cron(8)
/// does it: `30 2 * * *` in New York begins at 03:00 on the day on which 02:00 to 03:00 do not
/// exist. A moment that the change back repeats comes twice. An expression for every hour needs
/// neither.
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
        minutes = try Self.minute.parse(fields[0])
        hours = try Self.hour.parse(fields[1])
        days = try Self.day.parse(fields[2])
        months = try Self.month.parse(fields[3])
        let week = try Self.weekday.parse(fields[4])
        // 7 is Sunday, as 0 is.
        weekdays = (week | (week >> 7)) & 0x7F
        restrictsDays = !fields[2].hasPrefix("*")
        restrictsWeekdays = !fields[4].hasPrefix("*")
    }

    private static let minute = CronField(name: "minute", range: 0...59)
    private static let hour = CronField(name: "hour", range: 0...23)
    private static let day = CronField(name: "day of month", range: 1...31)
    private static let month = CronField(
        name: "month", range: 1...12,
        names: [
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ], first: 1)
    private static let weekday = CronField(
        name: "day of week", range: 0...7,
        names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"], first: 0)

    /// Every mistake in an expression; none when it can be read.
    package static func mistakes(in text: String) -> [PolicyError] {
        let fields = text.split(separator: " ").map(String.init)
        guard fields.count == 5 else {
            do throws(PolicyError) { _ = try CronExpression(text) } catch { return [error] }
            return []
        }
        var mistakes: [PolicyError] = []
        for (field, text) in zip([minute, hour, day, month, weekday], fields) {
            do throws(PolicyError) { _ = try field.parse(text) } catch { mistakes.append(error) }
        }
        return mistakes
    }

    /// Whether any date is one of its days: the 30th of February is none.
    package var canCome: Bool {
        if restrictsWeekdays { return true }
        let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return lengths.indices.contains { month in
            bit(months, month + 1) && (1...lengths[month]).contains { bit(days, $0) }
        }
    }

    /// Whether that minute, counted from 1970 in UTC, is one of the moments in that zone, or the
    /// end of a jump of the zone's clock over one.
    package func matches(unixMinute: Int64, zone: TimeZoneRules) -> Bool {
        let offset = Int64(zone.offsetSeconds(atUnix: unixMinute * 60))
        let local = unixMinute * 60 + offset
        if matches(localSecond: local) { return true }
        guard hours != Self.everyHour else { return false }
        let before = Int64(zone.offsetSeconds(atUnix: (unixMinute - 1) * 60))
        guard offset > before else { return false }
        return stride(from: local - (offset - before), to: local, by: 60)
            .contains(where: matches(localSecond:))
    }

    private static let everyHour: UInt64 = (1 << 24) - 1

    private func matches(localSecond local: Int64) -> Bool {
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
