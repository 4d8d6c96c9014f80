import Telemetry
import Testing
import Values

@testable import Scaling

@Suite("Who counts: over what ECS runs, not over ghosts")
struct QuorumTests {
    private func scaler(_ policy: ScalingPolicy, _ known: ServiceCounts, tasks: Int, busy: Double)
        -> Scaler
    {
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(known, now: start)
        for second in 1...3 {
            scaler.reports(0..<tasks, UInt64(second), busy: busy, at: at(Double(second)))
        }
        return scaler
    }

    @Test("55 of 100 tasks have an agent, at busy 80, target 40: 200, and 45 report nothing")
    func canary() {
        var scaler = Scaler(policy: plainPolicy(max: 1_000, target: 40), now: start)
        scaler.update(counts(100), now: start)
        scaler.reports(0..<55, 1, busy: 80, at: at(1))
        let decision = scaler.decide(now: at(1))
        #expect(decision.to == 200)
        #expect(decision.reason.contains("45 tasks report nothing"), "\(decision.reason)")
    }

    @Test("6 of 10 tasks die silently, ECS says 4 run: 4 of 4, and a surge is answered at once")
    func silentDeath() {
        var scaler = scaler(plainPolicy(), counts(10), tasks: 10, busy: 9)
        scaler.update(counts(10, running: 4), now: at(4))
        for second in 5..<12 {
            scaler.reports(0..<4, UInt64(second), busy: 9, at: at(Double(second)))
        }
        scaler.reports(0..<4, 12, busy: 60, at: at(12))
        let decision = scaler.decide(now: at(12))
        #expect(decision.basis == .load && decision.to == 24, "\(decision.reason)")
        #expect(decision.inputs.tasksStale == 0)
    }

    @Test("Invented tasks neither break the quorum, nor count, nor take a real task's place")
    func ghosts() {
        var scaler = scaler(plainPolicy(), counts(10), tasks: 10, busy: 9)
        for second in 4..<8 {
            for ghost in 0..<5_000 {
                let arn = second * 5_000 + ghost
                let time = Double(second) + Double(ghost) / 5_000
                #expect(
                    scaler.ingest(report(arn, 1, busy: 400), now: at(time)) == .accepted)
                if ghost % 500 == 0 {
                    _ = scaler.ingest(
                        report(ghost / 500, UInt64(second * 2), busy: 9), now: at(time))
                }
            }
            let decision = scaler.decide(now: at(Double(second) + 0.9999))
            #expect(decision.kind == .hold && decision.inputs.load == 90, "\(decision.reason)")
            #expect(decision.inputs.tasksLive == 10)
        }
        // Two real tasks start beside the flood.
        scaler.update(counts(12), now: at(8))
        for second in 8..<10 {
            for task in 0..<12 {
                _ = scaler.ingest(
                    report(task, UInt64(second * 2 + 1), busy: 10), now: at(Double(second)))
            }
        }
        #expect(scaler.decide(now: at(9)).inputs.load == 120)
    }

    @Test("Strangers are counted apart, and said")
    func strangers() {
        var scaler = scaler(plainPolicy(), counts(4), tasks: 4, busy: 9)
        for task in 10..<13 {
            _ = scaler.ingest(report(task, 1, busy: 500), standing: .stranger, now: at(3))
        }
        let decision = scaler.decide(now: at(3))
        #expect(decision.kind == .hold && decision.inputs.load == 36)
        #expect(decision.reason.contains("3 tasks of somebody else's not counted"))
    }

    @Test("Starting tasks neither break the quorum nor count as started")
    func starting() {
        var scaler = scaler(plainPolicy(), counts(4), tasks: 4, busy: 20)
        #expect(scaler.decide(now: at(3)).to == 8)
        scaler.update(counts(20, running: 4), now: at(3))
        scaler.update(counts(20), now: at(30))
        for second in 30..<90 {
            scaler.reports(0..<4, UInt64(second), busy: 20, at: at(Double(second)))
            for task in 4..<20 {
                _ = scaler.ingest(
                    witnessed(task, UInt64(second), .unknown, state: .starting),
                    now: at(Double(second)))
            }
            let decision = scaler.decide(now: at(Double(second)))
            #expect(decision.basis == .load && decision.inputs.load == 80)
            #expect(decision.inputs.tasks.starting == 16)
        }
    }

    @Test("1 of 200 silent: lowering goes on, counting it as full; a tenth silent: held, and said")
    func lowering() {
        for silent in [1, 19, 20] {
            var scaler = scaler(loweringPolicy(max: 500), counts(200), tasks: 200, busy: 4)
            for second in 4..<12 {
                scaler.reports(0..<(200 - silent), UInt64(second), busy: 4, at: at(Double(second)))
            }
            let decision = scaler.decide(now: at(11))
            if silent < 20 {
                // As full as its target says, where the others are worth 0.4 of a task each.
                let whole = ((200.0 - Double(silent)) * 0.4 + Double(silent)).rounded(.up)
                #expect(decision.to == Int(whole), "\(decision.reason)")
            } else {
                #expect(decision.kind == .hold && decision.constraints == .partialData)
            }
            let words = "\(silent) task\(silent == 1 ? " reports" : "s report") nothing"
            #expect(decision.reason.contains(words), "\(decision.reason)")
        }
    }

    @Test("What drains is load, and no capacity")
    func draining() {
        var scaler = scaler(plainPolicy(), counts(10, deploying: true), tasks: 10, busy: 10)
        for task in 0..<10 {
            _ = scaler.ingest(report(task, 4, busy: 4, state: .draining), now: at(4))
        }
        for second in 4..<6 {
            scaler.reports(10..<20, UInt64(second), busy: 6, at: at(Double(second)))
        }
        let decision = scaler.decide(now: at(5))
        #expect(decision.inputs.load == 100 && decision.to == 10)
        #expect(decision.inputs.tasksLive == 10 && decision.inputs.tasks.draining == 10)
    }

    @Test("Tasks that start after a raise are not taken for silent ones: no chain of raises")
    func noChain() {
        var scaler = scaler(plainPolicy(max: 500), counts(10), tasks: 10, busy: 20)
        #expect(scaler.decide(now: at(3)).to == 20)
        scaler.update(counts(20, running: 10, pending: 10), now: at(3))
        for second in 4..<30 {
            scaler.reports(0..<10, UInt64(second), busy: 20, at: at(Double(second)))
        }
        scaler.update(counts(20), now: at(29))
        for second in 30..<40 {
            scaler.reports(0..<10, UInt64(second), busy: 20, at: at(Double(second)))
            #expect(scaler.decide(now: at(Double(second))).to == 20)
        }
    }
}
