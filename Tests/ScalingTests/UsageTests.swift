import Telemetry
import Testing

@testable import Scaling

@Suite("CPU and memory as metrics")
struct UsageTests {
    /// `count` tasks run; nothing was reported yet.
    private func scaler(_ policy: ScalingPolicy, tasks count: Int) -> Scaler {
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(count), now: start)
        return scaler
    }

    private func policy(_ targets: [TargetMetric]) -> ScalingPolicy {
        var policy = plainPolicy()
        policy.rule = .target(targets)
        return policy
    }

    @Test("The total is the sum over the tasks", arguments: [Metric.cpu, .memory])
    func sums(metric: Metric) {
        var scaler = scaler(plainPolicy(metric: metric, target: 50), tasks: 4)
        for task in 0..<4 {
            let percent = Double(60 + task * 10)
            _ = scaler.ingest(report(task, 1, cpu: percent, memory: percent), now: at(1))
        }
        let decision = scaler.decide(now: at(1))
        #expect(decision.inputs.load == 300)
        #expect(decision.to == 6)
        #expect(
            decision.reason
                == "\(metric.words) 300 at 50 a task is worth 6 tasks → 6")
    }

    @Test("Tasks that do not tell count as the mean of those that do")
    func unknownIsNotZero() {
        var scaler = scaler(plainPolicy(metric: .cpu, target: 50), tasks: 4)
        for task in 0..<4 {
            let percent = task < 2 ? Double(80 + task * 10) : nil
            _ = scaler.ingest(report(task, 1, cpu: percent, memory: 10), now: at(1))
        }
        #expect(scaler.decide(now: at(1)).inputs.load == 340)
        #expect(scaler.decide(now: at(1)).to == 7)
    }

    @Test("Without any usage the other metrics decide")
    func othersDecide() {
        var scaler = scaler(
            policy([
                TargetMetric(metric: .cpu, value: 50), TargetMetric(metric: .busy, value: 10),
            ]), tasks: 2)
        for task in 0..<2 { _ = scaler.ingest(report(task, 1, busy: 20), now: at(1)) }
        let decision = scaler.decide(now: at(1))
        #expect(decision.to == 4 && decision.inputs.metric == .busy)
    }

    @Test("Without any usage and any other metric it holds, and says why")
    func holds() {
        var policy = plainPolicy(metric: .memory, target: 50)
        policy.scaleIn.enabled = true
        policy.scaleIn.afterRestart = .zero
        var scaler = scaler(policy, tasks: 4)
        for task in 0..<4 { _ = scaler.ingest(report(task, 1, busy: 20, cpu: 90), now: at(1)) }
        let decision = scaler.decide(now: at(1))
        #expect(decision.kind == .hold && decision.basis == .metricUnknown)
        #expect(
            decision.reason
                == "hold: no task reports percent of memory: the agents need AGENT_TASK_STATS=on")
    }

    @Test("Steps go by the average of those that tell")
    func steps() {
        var policy = plainPolicy()
        policy.rule = .steps(
            StepPolicy(metric: .cpu, steps: [StepPolicy.Step(threshold: 70, tasks: 9)]))
        var scaler = scaler(policy, tasks: 3)
        _ = scaler.ingest(report(0, 1, cpu: 75), now: at(1))
        for task in 1..<3 { _ = scaler.ingest(report(task, 1), now: at(1)) }
        #expect(scaler.decide(now: at(1)).to == 9)
    }

    @Test("A task's usage holds while its windows carry none, and then is unknown")
    func holdsForAWhile() {
        var usage = TaskUsage()
        usage.take(report(1, 1, cpu: 40, memory: 30).windows)
        for _ in 0..<5 { usage.take(report(1, 2).windows) }
        #expect(usage.cpu == 40_000 && usage.memory == 30_000)
        usage.take(report(1, 3, lengthMs: 1).windows)
        #expect(usage.cpu == nil && usage.memory == nil)
        usage.take(report(1, 4, cpu: 10).windows)
        #expect(usage.cpu == 10_000, "what is too old is not averaged")
        usage.take(report(1, 5, lengthMs: .max).windows)
        #expect(usage.cpu == nil)
    }

    @Test("Statistics that ECS did not renew in time make no jumps")
    func averagesTwo() {
        var usage = TaskUsage()
        for second in 0..<10 {
            usage.take(report(1, 1, cpu: second % 2 == 0 ? 100 : 0).windows)
            if second > 0 { #expect(usage.cpu == 50_000) }
        }
    }

    @Test("Sums stay exact as tasks tell, stop telling, fail, fall silent and drain")
    func sumsStayExact() {
        var scaler = scaler(plainPolicy(metric: .cpu, target: 50), tasks: 2)
        for second in 1...400 {
            let (sequence, now) = (UInt64(second), at(Double(second) / 2))
            let tells = second / 40 % 2 == 0
            _ = scaler.ingest(
                report(0, sequence, failed: second % 3 == 0, cpu: tells ? 90 : nil), now: now)
            if second % 60 < 30 { _ = scaler.ingest(report(1, sequence, cpu: 33), now: now) }
        }
        let end = at(210)
        _ = scaler.ingest(report(0, 500, boot: 2, state: .stopping), now: end)
        _ = scaler.ingest(report(1, 500, cpu: 33, memory: 1), now: end)
        _ = scaler.ingest(report(2, 500, cpu: 70), now: end)
        // Task 2 is young: it counts as the other, whatever that was averaged with.
        #expect(scaler.decide(now: end).inputs.load == 66)
    }

    @Test("A silent task does not raise the total until another report comes")
    func silence() {
        var scaler = scaler(plainPolicy(metric: .cpu, target: 50), tasks: 2)
        _ = scaler.ingest(report(0, 1, cpu: 10), now: at(0))
        _ = scaler.ingest(report(1, 1, cpu: 90), now: at(3))
        #expect(scaler.decide(now: at(3)).inputs.load == 100)
        #expect(scaler.decide(now: at(6)).inputs.load == 100)
        _ = scaler.ingest(report(1, 2, cpu: 90), now: at(6))
        #expect(scaler.decide(now: at(6)).inputs.load == 180)
    }

    @Test("Learnt headroom plans CPU ahead, and tracks memory plainly")
    func learnt() {
        var cpu = policy([TargetMetric(metric: .cpu, value: 50)])
        var memory = policy([TargetMetric(metric: .memory, value: 50)])
        cpu.sizing = .learnt(.balanced)
        memory.sizing = .learnt(.balanced)
        var scalers = [scaler(cpu, tasks: 10), scaler(memory, tasks: 10)]
        for second in 1...600 {
            for index in scalers.indices {
                for task in 0..<10 {
                    let jitter = Double((task * 7 + second * 3) % 11) - 5
                    _ = scalers[index].ingest(
                        report(
                            task, UInt64(second), busy: 5, requests: 100, cpu: 40 + jitter,
                            memory: 45),
                        now: at(Double(second)))
                }
            }
        }
        let planned = scalers[0].decide(now: at(600))
        #expect(planned.inputs.mode == .learnt)
        #expect((8...14).contains(planned.inputs.planned), "\(planned.reason)")
        let tracked = scalers[1].decide(now: at(600))
        #expect(tracked.inputs.mode == .fixed)
        #expect(abs(tracked.inputs.planned - 9) < 1e-9)
    }
}
