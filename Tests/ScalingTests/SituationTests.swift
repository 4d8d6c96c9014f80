import Telemetry
import Testing
import Values

@testable import Scaling

/// Situations as they occur on ECS, each with what is right.
@Suite("Situations")
struct SituationTests {
    private func policy(
        _ targets: [TargetMetric] = [TargetMetric(metric: .busy, value: 10)], learnt: Bool = false
    ) -> ScalingPolicy {
        var policy = ScalingPolicy(minTasks: 1, maxTasks: 500, rule: .target(targets))
        if !learnt { policy.sizing = .fixed(headroomPercent: 0) }
        policy.scaleIn.enabled = true
        policy.scaleIn.afterRestart = .zero
        policy.scaleIn.stabilization = .seconds(60)
        policy.scaleIn.limit = ChangeLimit()
        return policy
    }

    private func scaler(_ policy: ScalingPolicy, desired: Int) -> Scaler {
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(desired), now: start)
        return scaler
    }

    /// All tasks report the same each second, and ECS answers each second.
    private func run(
        _ scaler: inout Scaler, _ tasks: Range<Int>, _ seconds: ClosedRange<Int>,
        _ make: (Int, UInt64) -> Report
    ) {
        for second in seconds {
            if let counts = scaler.counts { scaler.update(counts, now: at(Double(second))) }
            for task in tasks {
                _ = scaler.ingest(make(task, UInt64(second + 1)), now: at(Double(second)))
            }
        }
    }

    // MARK: Lowering only on knowledge

    @Test("Targets busy and CPU, CPU turns unknown: hold")
    func oneMetricUnknown() {
        let both = [
            TargetMetric(metric: .busy, value: 10), TargetMetric(metric: .cpu, value: 60),
        ]
        var scaler = scaler(policy(both), desired: 10)
        run(&scaler, 0..<10, 0...100) { report($0, $1, busy: 2, requests: 20, cpu: 60) }
        run(&scaler, 0..<10, 101...200) { report($0, $1, busy: 2, requests: 20) }
        let decision = scaler.decide(now: at(200))
        #expect(decision.kind == .hold && decision.constraints.contains(.metricUnknown))
    }

    @Test("One task of 200 reports CPU: it does not speak for all")
    func oneOf200() {
        var scaler = scaler(policy([TargetMetric(metric: .cpu, value: 60)]), desired: 200)
        run(&scaler, 0..<200, 0...5) { report($0, $1, cpu: $0 == 0 ? 95 : nil) }
        #expect(scaler.decide(now: at(5)).kind == .hold)
    }

    @Test("After ten minutes of silence a low first second lowers nothing for the window")
    func silence() {
        var long = policy()
        long.scaleIn.stabilization = .seconds(3_600)
        var scaler = scaler(long, desired: 10)
        run(&scaler, 0..<10, 0...10) { report($0, $1, busy: 9, requests: 90) }
        run(&scaler, 0..<10, 700...4_000) { report($0, $1, busy: 1, requests: 10) }
        #expect(scaler.decide(now: at(4_000)).constraints.contains(.found))
        run(&scaler, 0..<10, 4_001...4_301) { report($0, $1, busy: 1, requests: 10) }
        #expect(scaler.decide(now: at(4_301)).to == 1)
    }

    @Test("After a restart the window begins with what runs")
    func restart() {
        var scaler = scaler(policy(), desired: 10)
        run(&scaler, 0..<10, 0...59) { report($0, $1, busy: 1, requests: 10) }
        #expect(scaler.decide(now: at(59)).to == 10)
        run(&scaler, 0..<10, 60...61) { report($0, $1, busy: 1, requests: 10) }
        #expect(scaler.decide(now: at(61)).to == 1)
    }

    @Test("What somebody else raises to stands for the window, above max too")
    func manualRaise() {
        var low = policy()
        low.maxTasks = 20
        var scaler = scaler(low, desired: 2)
        run(&scaler, 0..<2, 0...100) { report($0, $1, busy: 1, requests: 10) }
        scaler.update(counts(50, running: 2), now: at(101), isOurs: false)
        run(&scaler, 0..<2, 101...160) { report($0, $1, busy: 1, requests: 10) }
        scaler.update(counts(50, running: 2), now: at(161))
        #expect(scaler.decide(now: at(161)).to == 50)
        run(&scaler, 0..<2, 162...163) { report($0, $1, busy: 1, requests: 10) }
        #expect(scaler.decide(now: at(163)).to < 50)
    }

    @Test("0 that a person sets stays 0, until a person sets more")
    func setToZero() {
        var scaler = scaler(policy(), desired: 4)
        run(&scaler, 0..<4, 0...10) { report($0, $1, busy: 9, requests: 90) }
        scaler.update(counts(0, running: 4), now: at(11), isOurs: false)
        run(&scaler, 0..<4, 11...12) { report($0, $1, busy: 90, requests: 900) }
        let off = scaler.decide(now: at(12))
        #expect(off.kind == .hold && off.constraints.contains(.switchedOff))
        scaler.update(counts(1, running: 0), now: at(13), isOurs: false)
        run(&scaler, 0..<1, 80...81) { report($0, $1 + 100, busy: 30, requests: 300) }
        #expect(scaler.decide(now: at(81)).to > 1)
    }

    @Test("Counts that are too old lower nothing")
    func oldCounts() {
        var scaler = scaler(policy(), desired: 10)
        for second in 0...400 {
            scaler.reports(0..<10, UInt64(second + 1), busy: 1, at: at(Double(second)))
        }
        #expect(scaler.decide(now: at(400)).constraints.contains(.countsOld))
    }

    @Test("When nearly all load vanishes within seconds nothing is lowered for minutes")
    func upstreamOutage() {
        var scaler = scaler(policy(), desired: 50)
        run(&scaler, 0..<50, 0...300) { report($0, $1, busy: 9, requests: 90) }
        run(&scaler, 0..<50, 301...590) { report($0, $1, busy: 0, requests: 1) }
        let held = scaler.decide(now: at(590))
        #expect(held.kind == .hold && held.constraints.contains(.collapse))
        run(&scaler, 0..<50, 591...620) { report($0, $1, busy: 0, requests: 1) }
        #expect(scaler.decide(now: at(620)).kind == .scaleIn)
        #expect(ScaleInPolicy().limit.percent == 50, "and then slowly")
    }

    // MARK: A stall, and a surge

    @Test("A database pauses for 200 ms: no order", arguments: [false, true])
    func stall(learnt: Bool) {
        var scaler = scaler(policy(learnt: learnt), desired: 20)
        run(&scaler, 0..<20, 0...300) { report($0, $1, busy: 6, requests: 60) }
        let before = scaler.decide(now: at(300)).to
        run(&scaler, 0..<20, 301...301) { report($0, $1, busy: 12, last: 14, requests: 60) }
        #expect(scaler.decide(now: at(301)).to <= before)
        run(&scaler, 0..<20, 302...302) { report($0, $1, busy: 6, requests: 60) }
        #expect(scaler.decide(now: at(302)).to <= before)
    }

    @Test("A real surge in the second of a stall is ordered", arguments: [false, true])
    func surgeInAStall(learnt: Bool) {
        var scaler = scaler(policy(learnt: learnt), desired: 20)
        run(&scaler, 0..<20, 0...300) { report($0, $1, busy: 6, requests: 60) }
        run(&scaler, 0..<20, 301...301) { report($0, $1, busy: 30, last: 40, requests: 240) }
        #expect(scaler.decide(now: at(301)).to >= 40)
    }

    @Test("Service that becomes slower for good is followed within seconds")
    func slower() {
        var scaler = scaler(policy(), desired: 20)
        run(&scaler, 0..<20, 0...300) { report($0, $1, busy: 6, requests: 60) }
        run(&scaler, 0..<20, 301...304) { report($0, $1, busy: 18, requests: 60) }
        #expect(scaler.decide(now: at(304)).to == 36)
    }

    // MARK: Long-lived requests beside short ones

    @Test("500 WebSockets next to 100 short requests a second are 13 tasks within seconds")
    func streams() {
        var scaler = scaler(
            policy([TargetMetric(metric: .busy, value: 40)], learnt: true), desired: 2)
        run(&scaler, 0..<2, 0...300) { report($0, $1, busy: 5, requests: 50) }
        // They connect within five seconds.
        for second in 301...305 {
            let open = 5 + Double(second - 300) * 50
            run(&scaler, 0..<2, second...second) { report($0, $1, busy: open, requests: 100) }
        }
        run(&scaler, 0..<2, 306...310) { report($0, $1, busy: 255, requests: 50) }
        let decision = scaler.decide(now: at(310))
        #expect((13...15).contains(decision.to), "\(decision.reason)")
        // Nor are they lowered under while the short ones come and go.
        scaler.update(counts(13), now: at(311), isOurs: true)
        run(&scaler, 0..<13, 311...600) { report($0, $1 + 400, busy: 39, requests: 8) }
        run(&scaler, 0..<13, 601...900) { report($0, $1 + 400, busy: 38, requests: 1) }
        #expect(scaler.decide(now: at(900)).to >= 13)
    }

    // MARK: Steps

    @Test("Steps by time in service: ten tasks at 500 ms, a step at 300, the step is taken")
    func stepsByTime() {
        var policy = policy()
        policy.rule = .steps(
            StepPolicy(metric: .timeInService, steps: [.init(threshold: 300, tasks: 15)]))
        var scaler = scaler(policy, desired: 10)
        run(&scaler, 0..<10, 0...2) { report($0, $1, busy: 10, requests: 20) }
        #expect(scaler.decide(now: at(2)).to == 15)
    }

    @Test("Steps never say 0 under traffic")
    func stepsAboveZero() {
        var policy = policy()
        policy.minTasks = 0
        policy.scaleIn.stabilization = .zero
        policy.rule = .steps(StepPolicy())
        var scaler = scaler(policy, desired: 2)
        run(&scaler, 0..<2, 0...2) { report($0, $1, active: 3) }
        #expect(scaler.decide(now: at(2)).to == 1)
    }
}
