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
