import Testing

@testable import Scaling

@Suite("Target tracking with a fixed headroom")
struct ScalerTargetTests {
    private func scaler(_ policy: ScalingPolicy, desired: Int, tasks: Int? = nil, busy: Double)
        -> Scaler
    {
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(desired), now: start)
        scaler.reports(0..<(tasks ?? desired), 1, busy: busy, at: at(1))
        return scaler
    }

    @Test("No decision before ECS told its counts")
    func unknownCounts() {
        var scaler = Scaler(policy: plainPolicy(), now: start)
        scaler.reports(0..<2, 1, busy: 100, at: at(0))
        let decision = scaler.decide(now: at(0))
        #expect(decision.kind == .hold && decision.basis == .countsUnknown)
        #expect(decision.reason == "hold: ECS has not told the service's counts yet")
    }

    @Test(
        "The count is the load over the target, rounded up",
        arguments: [
            (20.0, 4), (20.1, 5), (35, 7), (1, 2),
        ])
    func sizes(busy: Double, wanted: Int) {
        var scaler = scaler(plainPolicy(), desired: 2, busy: busy)
        #expect(scaler.decide(now: at(1)).to == max(2, wanted))
    }

    @Test("The reason says what was seen, wanted and what limited it")
    func reason() {
        var scaler = scaler(plainPolicy(max: 12), desired: 2, busy: 70)
        let decision = scaler.decide(now: at(1))
        #expect(decision.to == 12)
        #expect(
            decision.reason
                == "requests in service 140 at 10 a task is worth 14 tasks → 14; limited to 12 by max"
        )
    }

    @Test("Headroom is added")
    func headroom() {
        var policy = plainPolicy()
        policy.sizing = .fixed(headroomPercent: 50)
        var scaler = scaler(policy, desired: 2, busy: 20)
        #expect(scaler.decide(now: at(1)).to == 6)
    }

    @Test("Pending tasks count: no further raise for the same load")
    func pending() {
        var scaler = scaler(plainPolicy(), desired: 2, busy: 50)
        #expect(scaler.decide(now: at(1)).to == 10)
        scaler.update(counts(10, running: 2, pending: 8), now: at(1))
        #expect(scaler.decide(now: at(1)).kind == .hold)
        scaler.reports(0..<2, 2, busy: 50, at: at(2))
        #expect(scaler.decide(now: at(2)).kind == .hold)
    }

    @Test("The report that carries a surge leads to the decision, before its mean does")
    func surge() {
        var scaler = scaler(plainPolicy(), desired: 2, busy: 10)
        #expect(scaler.decide(now: at(1)).kind == .hold)
        for task in 0..<2 {
            _ = scaler.ingest(
                report(task, 2, busy: 20, last: 100, lengthMs: 100), now: at(1.1))
        }
        #expect(scaler.decide(now: at(1.1)).to == 20)
    }

    @Test("One noisy sample does not raise")
    func noise() {
        var scaler = scaler(plainPolicy(), desired: 4, busy: 9)
        for task in 0..<4 {
            _ = scaler.ingest(report(task, 2, busy: 9, last: 12), now: at(2))
        }
        #expect(scaler.decide(now: at(2)).kind == .hold)
    }

    @Test("The largest of several metrics wins")
    func largest() {
        var policy = plainPolicy()
        policy.rule = .target([
            TargetMetric(metric: .busy, value: 10), TargetMetric(metric: .active, value: 100),
        ])
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(2), now: start)
        scaler.reports(0..<2, 1, busy: 15, active: 400, at: at(1))
        let decision = scaler.decide(now: at(1))
        #expect(decision.to == 8)
        #expect(decision.inputs.metric == .active)
    }

    @Test("Time in service follows Little's law, at most doubling the count")
    func timeInService() {
        var scaler = Scaler(policy: plainPolicy(metric: .timeInService, target: 100), now: start)
        scaler.update(counts(4), now: start)
        for task in 0..<4 {
            _ = scaler.ingest(report(task, 1, busy: 15, requests: 100), now: at(1))
        }
        #expect(scaler.decide(now: at(1)).inputs.load == 150)
        #expect(scaler.decide(now: at(1)).to == 6)
        for task in 0..<4 {
            _ = scaler.ingest(report(task, 2, busy: 90, requests: 100), now: at(2))
        }
        #expect(scaler.decide(now: at(2)).to == 8)
    }

    @Test("Within the tolerance the count stays")
    func tolerance() {
        var policy = plainPolicy()
        policy.tolerancePercent = 10
        var scaler = scaler(policy, desired: 10, busy: 10.9)
        #expect(scaler.decide(now: at(1)).to == 10)
        scaler.reports(0..<10, 2, busy: 11.1, at: at(2))
        #expect(scaler.decide(now: at(2)).to == 12)
    }

    @Test("Less than a quorum raises by what it knows, and otherwise holds and says so")
    func quorum() {
        var scaler = scaler(plainPolicy(), desired: 10, tasks: 4, busy: 90)
        #expect(scaler.decide(now: at(1)).to == 36)
        scaler = self.scaler(plainPolicy(), desired: 10, tasks: 4, busy: 9)
        let decision = scaler.decide(now: at(1))
        #expect(decision.kind == .hold && decision.basis == .noQuorum)
        #expect(decision.reason == "hold: only 4 of 10 tasks report, less than the quorum")
    }

    @Test("Silence raises nothing, and lowers nothing")
    func silence() {
        var policy = plainPolicy()
        policy.scaleIn.enabled = true
        policy.scaleIn.stabilization = .seconds(10)
        policy.scaleIn.afterRestart = .zero
        var scaler = scaler(policy, desired: 4, busy: 9)
        for second in 2..<200 {
            #expect(scaler.decide(now: at(Double(second))).kind == .hold)
        }
        #expect(scaler.decide(now: at(200)).basis == .noReports)
    }

    @Test("A silent task is replaced by the mean only when another report comes")
    func partialSilence() {
        var scaler = Scaler(policy: plainPolicy(), now: start)
        scaler.update(counts(4), now: start)
        _ = scaler.ingest(report(0, 1, busy: 0), now: at(0))
        scaler.reports(1..<4, 1, busy: 13, at: at(1))
        #expect(scaler.decide(now: at(1)).kind == .hold)
        #expect(scaler.decide(now: at(5.5)).kind == .hold)
        scaler.reports(1..<4, 2, busy: 13, at: at(5.8))
        #expect(scaler.decide(now: at(5.8)).to == 6)
    }

    @Test("Below min is raised to min, even without load")
    func min() {
        var scaler = Scaler(policy: plainPolicy(min: 3), now: start)
        scaler.update(counts(1), now: start)
        let decision = scaler.decide(now: at(0))
        #expect(decision.to == 3)
        #expect(decision.constraints.contains(.min))
    }

    @Test("A limit a period bounds a raise, the larger of percent and tasks")
    func raiseLimit() {
        var policy = plainPolicy()
        policy.scaleOut.limit = ChangeLimit(percent: 100, tasks: 4, period: .seconds(15))
        var scaler = scaler(policy, desired: 2, busy: 100)
        #expect(scaler.decide(now: at(1)).to == 6)
        scaler.update(counts(6, running: 2), now: at(1))
        #expect(scaler.decide(now: at(1)).kind == .hold)
        scaler.reports(0..<6, 2, busy: 40, at: at(17))
        #expect(scaler.decide(now: at(17)).to == 12)
    }

    @Test("The scale-out cooldown holds, but not in a panic")
    func cooldown() {
        var policy = plainPolicy()
        policy.scaleOut.cooldown = .seconds(60)
        var scaler = scaler(policy, desired: 2, busy: 15)
        scaler.update(counts(3), now: at(1))
        scaler.reports(0..<3, 2, busy: 15, at: at(2))
        let decision = scaler.decide(now: at(2))
        #expect(decision.kind == .hold && decision.constraints == .scaleOutCooldown)
        scaler.reports(0..<3, 3, busy: 25, at: at(3))
        #expect(scaler.decide(now: at(3)).to == 8)
        scaler.reports(0..<3, 4, busy: 15, at: at(61))
        #expect(scaler.decide(now: at(61)).to == 5)
    }

    @Test("The largest step and the account's launch rate bound a raise")
    func steps() {
        var policy = plainPolicy()
        policy.scaleOut.launchRate = LaunchRate(burst: 10, perSecond: 2)
        var scaler = scaler(policy, desired: 2, busy: 200)
        let first = scaler.decide(now: at(1))
        #expect(first.to == 12 && first.constraints == .launchRate)
        scaler.update(counts(12, running: 2), now: at(1))
        scaler.reports(0..<2, 2, busy: 200, at: at(2.5))
        #expect(scaler.decide(now: at(2.5)).to == 15)
        policy.scaleOut.maxStep = 4
        var stepping = self.scaler(policy, desired: 2, busy: 200)
        #expect(stepping.decide(now: at(1)).to == 6)
    }

    @Test("When tasks that were ordered do not come raises wait, but not in a panic")
    func failedStarts() {
        var scaler = scaler(plainPolicy(), desired: 10, busy: 11)
        scaler.update(counts(11, running: 10, pending: 1), now: at(1))
        for second in 2...302 {
            scaler.reports(0..<10, UInt64(second), busy: 15, at: at(Double(second)))
        }
        let decision = scaler.decide(now: at(302))
        #expect(decision.kind == .hold && decision.constraints == .failedStarts)
        #expect(
            decision.reason.hasSuffix(
                "held: none of the tasks ordered came within the start timeout"))
        scaler.reports(0..<10, 303, busy: 30, at: at(303))
        #expect(scaler.decide(now: at(303)).to == 30, "a panic does not wait")
        _ = scaler.ingest(report(10, 1, busy: 15), now: at(304))
        scaler.reports(0..<10, 304, busy: 15, at: at(304))
        #expect(scaler.decide(now: at(304)).to == 17)
    }

    @Test("A pause at run time holds, and its end lets go")
    func pauseAtRunTime() {
        var scaler = scaler(plainPolicy(), desired: 2, busy: 20)
        scaler.pause(.scaleOut)
        #expect(scaler.decide(now: at(1)).kind == .hold)
        scaler.pause(.none)
        #expect(scaler.decide(now: at(1)).to == 4)
    }

    @Test("Paused directions hold")
    func paused() {
        var policy = plainPolicy()
        policy.pause = .both
        var scaler = scaler(policy, desired: 2, busy: 20)
        #expect(scaler.decide(now: at(1)).constraints == .scaleOutPaused)
    }
}
