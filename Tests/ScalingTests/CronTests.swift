import FoundationEssentials
import Testing
import Values

@testable import Scaling

@Suite("Cron expressions")
struct CronTests {
    /// Minutes since 1970, UTC.
    private func minute(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int) -> Int64
    {
        CivilDate.days(year: year, month: month, day: day) * 1440 + Int64(hour * 60 + minute)
    }

    @Test(
        "Each form of a field",
        arguments: [
            ("30 8 * * *", true), ("* * * * *", true), ("*/15 * * * *", true),
            ("0-29 * * * *", false),
            ("0,30 8,9 * * *", true), ("20/10 * * * *", true), ("30 8 24 11 *", true),
            ("30 8 * * tue", true), ("30 8 * * Mon-Fri", true), ("30 8 * * 0,6", false),
            ("30 8 * NOV *", true), ("30 8 * dec *", false), ("30 8 1 * 2", true),
            ("30 8 1 * 3", false),
        ])
    func forms(text: String, matches: Bool) throws {
        // A Tuesday.
        let when = minute(2026, 11, 24, 8, 30)
        #expect(try CronExpression(text).matches(unixMinute: when, zone: .utc) == matches)
    }

    @Test("Sunday is 0 and 7", arguments: ["0 0 * * 0", "0 0 * * 7", "0 0 * * sun"])
    func sunday(text: String) throws {
        let cron = try CronExpression(text)
        #expect(cron.matches(unixMinute: minute(2026, 11, 22, 0, 0), zone: .utc))
        #expect(!cron.matches(unixMinute: minute(2026, 11, 23, 0, 0), zone: .utc))
    }

    @Test(
        "Mistakes are refused with the field's name",
        arguments: [
            "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
            "a * * * *",
            "5-1 * * * *", "*/0 * * * *", "1,, * * * *", "* * * * mond", "",
        ])
    func mistakes(text: String) {
        let error = #expect(throws: PolicyError.self) { try CronExpression(text) }
        #expect(error?.key.hasPrefix("schedules.cron") == true)
    }

    @Test("A zone's local time counts, in winter and in summer")
    func zone() throws {
        let bytes = try #require(tzif(footer: "CET-1CEST,M3.5.0,M10.5.0/3"))
        let berlin = try #require(TimeZoneRules(name: "Europe/Berlin", tzif: bytes))
        let cron = try CronExpression("30 8 * * *")
        #expect(cron.matches(unixMinute: minute(2026, 11, 24, 7, 30), zone: berlin))
        #expect(cron.matches(unixMinute: minute(2026, 7, 1, 6, 30), zone: berlin))
    }

    @Test("The day calculation agrees with Foundation's")
    func dates() {
        for seconds in stride(from: Int64(-3_000_000_000), to: 5_000_000_000, by: 86_400 * 37 + 11)
        {
            let date = CivilDate(unixSeconds: seconds)
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = .gmt
            let parts = calendar.dateComponents(
                [.year, .month, .day, .weekday],
                from: Date(timeIntervalSince1970: Double(seconds)))
            #expect(date.year == parts.year && date.month == parts.month && date.day == parts.day)
            #expect(date.weekday + 1 == parts.weekday)
        }
    }
}

/// A TZif file of version 2 without transitions.
func tzif(footer: String) -> [UInt8]? {
    func header(types: UInt8, characters: UInt8) -> [UInt8] {
        Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
            + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, types, 0, 0, 0, characters]
    }
    let type: [UInt8] = [0, 0, 0x0E, 0x10, 0, 0]
    let name = Array("CET\0".utf8)
    return header(types: 1, characters: 4) + type + name + header(types: 1, characters: 4) + type
        + name + [10] + Array(footer.utf8) + [10]
}
