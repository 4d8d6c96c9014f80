import Telemetry
import Testing
import Values

@testable import Scaling

/// The inputs of `shared/cases` that decisions are about, each with its right value.
@Suite("Shared cases")
struct SharedCaseTests {
    /// Every task reports the same each second of `seconds`; the sequence is the second.
    private func run(
        _ scaler: inout Scaler, _ tasks: Range<Int>, _ seconds: ClosedRange<Int>,
        _ make: (Int, UInt64) -> Report
    ) {
        for second in seconds {
            for task in tasks {
                _ = scaler.ingest(make(task, UInt64(second + 1)), now: at(Double(second)))
            }
        }
    }

    private func scaler(_ policy: ScalingPolicy, desired: Int, running: Int? = nil) -> Scaler {
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(desired, running: running), now: start)
        return scaler
    }

    @Test("01: one missing task forbids no raise")
    func case01() {
        var scaler = scaler(plainPolicy(), desired: 10)
        run(&scaler, 0..<9, 0...330) { report($0, $1, busy: 9) }
        scaler.update(counts(10, running: 9), now: at(1))
        run(&scaler, 0..<9, 331...331) { report($0, $1, busy: 60) }
        #expect(scaler.decide(now: at(331)).to == 54)
    }

    @Test("01: half a capacity provider that is missing, and half a raise that came")
    func case01Variants() {
        var half = scaler(plainPolicy(), desired: 10, running: 5)
        run(&half, 0..<5, 0...3_600) { report($0, $1, busy: 9) }
        run(&half, 0..<5, 3_601...3_601) { report($0, $1, busy: 60) }
        #expect(half.decide(now: at(3_601)).to == 30)

        var came = scaler(plainPolicy(), desired: 5)
        run(&came, 0..<5, 0...1) { report($0, $1, busy: 19) }
        came.update(counts(10, running: 5), now: at(1))
        run(&came, 0..<8, 40...380) { report($0, $1, busy: 9) }
        came.update(counts(10, running: 8), now: at(41))
        run(&came, 0..<8, 391...391) { report($0, $1, busy: 75) }
        #expect(came.decide(now: at(391)).to == 60)
    }

    @Test("01: min is not held by starts that fail")
    func case01Min() throws {
        var policy = plainPolicy()
        policy.schedules = [
            try Schedule(name: "sale", cron: "* * * * *", duration: .seconds(600), minTasks: 30)
        ]
        var scaler = scaler(policy, desired: 10, running: 9)
        run(&scaler, 0..<9, 0...600) { report($0, $1, busy: 9) }
        scaler.setWallClock(unixMs: 1_790_000_000_000, now: at(600))
        #expect(scaler.decide(now: at(600)).to == 30)
    }

    @Test(
        "02: a deployment's surplus is not multiplied",
        arguments: [(Metric.timeInService, 200.0), (.memory, 70)])
    func case02(metric: Metric, target: Double) {
        var scaler = scaler(plainPolicy(metric: metric, target: target), desired: 4)
        run(&scaler, 0..<4, 0...60) { report($0, $1, busy: 10, requests: 50, memory: 60) }
        #expect(scaler.decide(now: at(60)).to == 4)
        scaler.update(counts(4, running: 8, deploying: true), now: at(61))
        run(&scaler, 0..<8, 61...200) { report($0, $1, busy: 5, requests: 25, memory: 60) }
        #expect(scaler.decide(now: at(200)).to == 4)
    }

    @Test("02: the sample's steps ask for the same in a deployment")
    func case02Steps() {
        let policy = ScalingPolicy(maxTasks: 100, rule: .steps(StepPolicy()))
        var before = scaler(policy, desired: 4)
        run(&before, 0..<4, 0...1) { report($0, $1, active: 150) }
        var deploying = scaler(policy, desired: 4)
        deploying.update(counts(4, running: 8, deploying: true), now: at(0))
        run(&deploying, 0..<8, 0...1) { report($0, $1, active: 75) }
        #expect(before.decide(now: at(1)).to == 10 && deploying.decide(now: at(1)).to == 10)
    }

    @Test("06: what tasks use while they start is no load", arguments: [(10, 20), (11, 11)])
    func case06(desired: Int, running: Int) {
        var scaler = scaler(plainPolicy(metric: .cpu, target: 60), desired: 10)
        run(&scaler, 0..<10, 0...60) { report($0, $1, cpu: 60) }
        scaler.update(
            counts(desired, running: running, deploying: running > desired), now: at(61),
            isOurs: true)
        for second in 61...90 {
            run(&scaler, 0..<10, second...second) { report($0, $1, cpu: 60) }
            run(&scaler, 10..<running, second...second) { report($0, $1, cpu: 100) }
            #expect(scaler.decide(now: at(Double(second))).to == desired)
        }
    }

    @Test("10: load alone does not take the last task", arguments: [0.0, nil])
    func case10(headroom: Double?) {
        var policy = plainPolicy(min: 0, max: 10)
        if headroom == nil { policy.sizing = .learnt(.balanced) }
        policy.scaleIn.enabled = true
        policy.scaleIn.stabilization = .zero
        policy.scaleIn.afterRestart = .zero
        var scaler = scaler(policy, desired: 1)
        run(&scaler, 0..<1, 0...900) { report($0, $1, requests: 0) }
        #expect(scaler.decide(now: at(900)).to == 1)
        #expect(policy.warnings.contains { $0.contains("min 0") })
    }

    @Test("26: what somebody took away comes back at once, within the limit of a raise")
    func case26() {
        var policy = plainPolicy()
        policy.scaleOut.limit = ChangeLimit(percent: 100)
        policy.scaleOut.maxStep = 4
        var scaler = scaler(policy, desired: 50)
        run(&scaler, 0..<50, 0...120) { report($0, $1, busy: 10) }
        scaler.update(counts(2, running: 50), now: at(121), isOurs: false)
        run(&scaler, 0..<50, 121...121) { report($0, $1, busy: 10) }
        #expect(scaler.decide(now: at(121)).to == 50)
    }

    @Test("27: of two schedules that contradict the minimum holds, and the reason says so")
    func case27() throws {
        var policy = plainPolicy(min: 2)
        policy.schedules = [
            try Schedule(
                name: "night", cron: "0 22 * * *", duration: .seconds(28_800), maxTasks: 5),
            try Schedule(name: "sale", cron: "0 23 * * *", duration: .seconds(7_200), minTasks: 20),
        ]
        var scaler = scaler(policy, desired: 2)
        let night = CivilDate.days(year: 2026, month: 11, day: 24) * 86_400 + 23 * 3_600 + 1_800
        scaler.setWallClock(unixMs: night * 1000, now: start)
        let decision = scaler.decide(now: at(0))
        #expect(decision.to == 20)
        #expect(decision.reason.contains("a minimum is above a maximum: the minimum holds"))
        #expect(policy.warnings.contains { $0.contains("sale (min 20) and night (max 5)") })
    }

    @Test("27: what contradicts itself, or never comes, is refused")
    func case27Refused() throws {
        var policy = plainPolicy(min: 2, max: 20)
        policy.schedules = [
            try Schedule(name: "a", cron: "0 1 * * *", duration: .seconds(60), minTasks: 30)
        ]
        #expect(throws: PolicyError.self) { try policy.validate() }
        policy.schedules = [
            try Schedule(name: "a", cron: "0 1 * * *", duration: .seconds(60), maxTasks: 1)
        ]
        #expect(throws: PolicyError.self) { try policy.validate() }
        policy.schedules = [
            try Schedule(name: "a", cron: "0 0 30 2 *", duration: .seconds(60), maxTasks: 9)
        ]
        #expect(throws: PolicyError.self) { try policy.validate() }
    }
}
