import Testing
import Values

@testable import Scaling

@Suite("Schedules")
struct ScheduleTests {
    /// 2026-11-24 08:00 UTC, a Tuesday.
    private let eight: Int64 =
        (CivilDate.days(year: 2026, month: 11, day: 24) * 86_400 + 28_800) * 1000

    private func scaler(_ schedules: [Schedule], desired: Int = 2) -> Scaler {
        var policy = plainPolicy(max: 20)
        policy.schedules = schedules
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(desired), now: start)
        return scaler
    }

    @Test("A floor begins and ends with its schedule")
    func floor() throws {
        var scaler = scaler([
            try Schedule(name: "opening", cron: "5 8 * * *", duration: .seconds(600), minTasks: 6)
        ])
        scaler.setWallClock(unixMs: eight, now: start)
        #expect(scaler.decide(now: at(299)).to == 2)
        let raised = scaler.decide(now: at(300))
        #expect(raised.to == 6 && raised.constraints.contains(.schedule))
        #expect(raised.reason.contains("raised to 6 by min; a schedule sets the bounds"))
        #expect(scaler.decide(now: at(899)).inputs.minTasks == 6)
        #expect(scaler.decide(now: at(900)).inputs.minTasks == 1)
    }

    @Test("A schedule that began before the start holds")
    func began() throws {
        var scaler = scaler([
            try Schedule(name: "day", cron: "0 6 * * *", duration: .seconds(4 * 3600), maxTasks: 40)
        ])
        scaler.setWallClock(unixMs: eight, now: start)
        #expect(scaler.decide(now: at(0)).inputs.maxTasks == 40)
    }

    @Test("Without a wall clock none holds, and an expired one is over")
    func expiry() throws {
        let schedule = try Schedule(
            name: "sale", cron: "* * * * *", duration: .seconds(3600), minTasks: 9,
            expiresMs: eight + 60_000)
        var scaler = scaler([schedule])
        #expect(scaler.decide(now: at(0)).to == 2)
        scaler.setWallClock(unixMs: eight, now: start)
        #expect(scaler.decide(now: at(59)).to == 9)
        #expect(scaler.decide(now: at(60)).to == 2)
    }

    /// Seconds of a moment in UTC.
    private static func unix(_ month: Int, _ day: Int, _ hour: Int, _ minute: Int) -> Int64 {
        CivilDate.days(year: 2026, month: month, day: day) * 86_400
            + Int64(hour * 3_600 + minute * 60)
    }

    struct LocalCase: Sendable, CustomTestStringConvertible {
        let rules: String
        let cron: String
        let seconds: Int
        let unix: Int64
        let holds: Bool
        var testDescription: String { "\(cron) at \(unix)" }
    }

    private static let santiago = "<-04>4<-03>,M9.1.6/24,M4.1.6/24"
    private static let newYork = "EST5EDT,M3.2.0,M11.1.0"
    private static let cairo = "EET-2EEST,M4.5.5/0,M10.5.4/24"
    private static let berlin = "CET-1CEST,M3.5.0,M10.5.0/3"

    /// Cases 09 and 23: summer time skips an hour, and gives one back.
    @Test(
        "Moments in a skipped hour begin at its end; a day of 25 hours has no gap",
        arguments: [
            LocalCase(
                rules: santiago, cron: "0 0 * * *", seconds: 86_400, unix: unix(9, 6, 12, 0),
                holds: true),
            LocalCase(
                rules: newYork, cron: "30 2 * * *", seconds: 14_400, unix: unix(3, 8, 8, 0),
                holds: true),
            LocalCase(
                rules: newYork, cron: "30 2 * * *", seconds: 14_400, unix: unix(3, 8, 6, 59),
                holds: false),
            LocalCase(
                rules: newYork, cron: "30 * * * *", seconds: 600, unix: unix(3, 8, 7, 5),
                holds: false),
            LocalCase(
                rules: cairo, cron: "0 0 * * 5", seconds: 86_400, unix: unix(4, 24, 12, 0),
                holds: true),
            LocalCase(
                rules: berlin, cron: "0 22 * * *", seconds: 28_800, unix: unix(10, 25, 4, 30),
                holds: true),
            LocalCase(
                rules: berlin, cron: "0 0 * * *", seconds: 86_400, unix: unix(10, 25, 22, 30),
                holds: true),
            LocalCase(
                rules: berlin, cron: "0 22 * * *", seconds: 28_800, unix: unix(10, 25, 5, 0),
                holds: false),
        ])
    func localTime(item: LocalCase) throws {
        let bytes = try #require(tzif(footer: item.rules))
        let zone = try #require(TimeZoneRules(name: "zone", tzif: bytes))
        let schedule = try Schedule(
            name: "floor", cron: item.cron, zone: zone, duration: .seconds(item.seconds),
            minTasks: 20)
        var started = scaler([schedule])
        started.setWallClock(unixMs: item.unix * 1000, now: start)
        #expect(started.decide(now: start).inputs.minTasks == (item.holds ? 20 : 1))
        // And for a program that ran through.
        var running = scaler([schedule])
        running.setWallClock(unixMs: (item.unix - 40_000) * 1000, now: start)
        #expect(running.decide(now: at(40_000)).inputs.minTasks == (item.holds ? 20 : 1))
    }

    @Test("The largest bounds hold, min before max, and a clock that is set moves them")
    func several() throws {
        var scaler = scaler([
            try Schedule(name: "a", cron: "0 8 * * *", duration: .seconds(3600), minTasks: 3),
            try Schedule(
                name: "b", cron: "0 8 * * *", duration: .seconds(3600), minTasks: 5, maxTasks: 4),
        ])
        scaler.setWallClock(unixMs: eight, now: start)
        #expect(scaler.decide(now: at(1)).inputs.minTasks == 5)
        #expect(scaler.decide(now: at(1)).inputs.maxTasks == 5)
        scaler.setWallClock(unixMs: eight - 7_200_000, now: at(2))
        #expect(scaler.decide(now: at(2)).inputs.maxTasks == 20)
    }
}
