import Testing

@testable import Scaling

@Suite("Steps, as in the sample without its faults")
struct StepPolicyTests {
    private func scaler(desired: Int, active: Double, scaleIn: Bool = false) -> Scaler {
        var policy = ScalingPolicy(maxTasks: 50, rule: .steps(StepPolicy()))
        policy.scaleIn.enabled = scaleIn
        policy.scaleIn.stabilization = .zero
        policy.scaleIn.afterRestart = .zero
        policy.scaleIn.limit = ChangeLimit()
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(desired), now: start)
        scaler.reports(0..<desired, 1, busy: 0, active: active, at: at(1))
        return scaler
    }

    @Test(
        "The sample's steps",
        arguments: [
            (49.0, 2), (50, 2), (99, 2), (100, 10), (299, 10), (300, 15), (499, 15), (500, 20),
            (9_999, 20),
        ])
    func sample(average: Double, wanted: Int) {
        var scaler = scaler(desired: 2, active: average)
        #expect(scaler.decide(now: at(1)).to == wanted)
    }

    @Test("Twenty tasks at 60 connections stay twenty")
    func neverForcedDown() {
        var scaler = scaler(desired: 20, active: 60)
        #expect(scaler.decide(now: at(1)).kind == .hold)
    }

    @Test("With scale-in, the count falls only to where it would not rise again")
    func scaleIn() {
        var busy = scaler(desired: 20, active: 60, scaleIn: true)
        #expect(busy.decide(now: at(1)).to == 10)
        var idle = scaler(desired: 20, active: 2, scaleIn: true)
        #expect(idle.decide(now: at(1)).to == 1)
    }

    @Test("The average is over all tasks, not three of them")
    func allTasks() {
        var policy = ScalingPolicy(maxTasks: 50, rule: .steps(StepPolicy()))
        policy.data.quorumPercent = 50
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(6), now: start)
        scaler.reports(0..<3, 1, busy: 0, active: 20, at: at(1))
        scaler.reports(3..<6, 1, busy: 0, active: 200, at: at(1))
        #expect(scaler.decide(now: at(1)).to == 10)
    }
}
