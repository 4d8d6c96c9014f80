import Testing

@testable import Scaling

@Suite("Scale-in")
struct ScalerScaleInTests {
    private func policy(_ change: (inout ScalingPolicy) -> Void = { _ in }) -> ScalingPolicy {
        var policy = plainPolicy()
        policy.scaleIn.enabled = true
        policy.scaleIn.stabilization = .seconds(60)
        policy.scaleIn.afterRestart = .seconds(60)
        change(&policy)
        return policy
    }

    /// Ten tasks at a load worth four, up to that second.
    private func scaler(_ policy: ScalingPolicy, until: Int = 100) -> Scaler {
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(10), now: start)
        for second in 0...until {
            scaler.reports(0..<10, UInt64(second + 1), busy: 4, at: at(Double(second)))
        }
        return scaler
    }

    @Test("Is off by default")
    func offByDefault() {
        var scaler = scaler(policy { $0.scaleIn.enabled = false })
        let decision = scaler.decide(now: at(100))
        #expect(decision.kind == .hold && decision.constraints == .scaleInDisabled)
        #expect(!plainPolicy().scaleIn.enabled)
    }

    @Test("Lowers to what the load is worth")
    func lowers() {
        var scaler = scaler(policy())
        let decision = scaler.decide(now: at(100))
        #expect(decision.kind == .scaleIn && decision.to == 4)
    }

    @Test("Not within a stabilization window of a start")
    func restart() {
        var scaler = scaler(policy(), until: 59)
        #expect(scaler.decide(now: at(59)).constraints == .restart)
    }

    @Test("Not below the highest count wanted within the window")
    func stabilization() {
        var scaler = scaler(policy())
        scaler.reports(0..<10, 200, busy: 8, at: at(101))
        scaler.reports(0..<10, 201, busy: 4, at: at(102))
        scaler.reports(0..<10, 202, busy: 4, at: at(160))
        let held = scaler.decide(now: at(160))
        #expect(held.to == 8 && held.constraints == .stabilization)
        scaler.reports(0..<10, 203, busy: 4, at: at(163))
        #expect(scaler.decide(now: at(163)).to == 4)
    }

    @Test("Not during a deployment")
    func deployment() {
        var scaler = scaler(policy())
        scaler.update(counts(10, deploying: true), now: at(100))
        #expect(scaler.decide(now: at(100)).constraints == .deployment)
    }

    @Test("Not on partial data: a silent task, or one never heard")
    func partial() {
        var scaler = scaler(policy())
        scaler.update(counts(10, running: 11), now: at(100))
        #expect(scaler.decide(now: at(100)).constraints == .partialData)
        scaler.update(counts(10), now: at(100))
        scaler.reports(0..<9, 300, busy: 4, at: at(106))
        #expect(scaler.decide(now: at(106)).constraints == .partialData)
    }

    @Test("A task in its first seconds counts as the others, not as the little it serves yet")
    func warmUp() {
        var scaler = scaler(policy())
        scaler.update(counts(20), now: at(100), isOurs: true)
        for task in 10..<20 { _ = scaler.ingest(report(task, 1, busy: 0), now: at(100)) }
        for second in 101...165 {
            scaler.reports(0..<10, UInt64(second + 1), busy: 4, at: at(Double(second)))
            scaler.reports(10..<20, UInt64(second + 1), busy: 0, at: at(Double(second)))
            let decision = scaler.decide(now: at(Double(second)))
            #expect(decision.to == (second <= 130 ? 8 : 4))
            #expect(decision.constraints.contains(.warmUp) == (second <= 130))
        }
    }

    @Test("Within its limit and cooldown")
    func limit() {
        var scaler = scaler(
            policy {
                $0.scaleIn.limit = ChangeLimit(tasks: 2)
                $0.scaleIn.cooldown = .seconds(30)
            })
        #expect(scaler.decide(now: at(100)).to == 8)
        scaler.update(counts(8), now: at(100))
        for task in 8..<10 {
            _ = scaler.ingest(report(task, 500, state: .stopping), now: at(101))
        }
        #expect(scaler.decide(now: at(101)).constraints == .scaleInCooldown)
        scaler.reports(0..<8, 501, busy: 5, at: at(131))
        #expect(scaler.decide(now: at(131)).constraints == .scaleInLimit)
        scaler.reports(0..<8, 502, busy: 5, at: at(161))
        #expect(scaler.decide(now: at(161)).to == 6)
    }
}
