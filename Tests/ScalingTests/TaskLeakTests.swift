import Telemetry
import Testing
import Values

@testable import Scaling

@Suite("What is discounted: only what has no socket")
struct TaskLeakTests {
    /// Each second the same of every task.
    private func run(
        _ policy: ScalingPolicy, tasks: Int, seconds: Int,
        check: (Int, Decision) -> Void = { _, _ in }, _ report: (Int, UInt64) -> Report
    ) -> Scaler {
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(tasks), now: start)
        for second in 1...seconds {
            for task in 0..<tasks {
                _ = scaler.ingest(report(task, UInt64(second)), now: at(Double(second)))
            }
            check(second, scaler.decide(now: at(Double(second))))
        }
        return scaler
    }

    @Test("Case 03: idle WebSockets are load, and 100 more are more", arguments: [false, true])
    func webSockets(hasWitness: Bool) {
        var policy = loweringPolicy(target: 200)
        policy.scaleIn.stabilization = .seconds(60)
        var scaler = run(policy, tasks: 4, seconds: 300) { second, decision in
            #expect(decision.to == 4 && decision.inputs.load == 800, "\(decision.reason)")
        } _: { task, sequence in
            witnessed(
                task, sequence, .serving, gauge: 200, established: hasWitness ? 200 : nil,
                dropped: 0, active: 201)
        }
        #expect(scaler.decide(now: at(300)).reason.contains("800 requests stand still"))
        for task in 0..<4 {
            let report = witnessed(
                task, 301, .serving, gauge: 300, established: hasWitness ? 300 : nil, dropped: 0,
                requests: 100, active: 301)
            _ = scaler.ingest(report, now: at(301))
        }
        #expect(scaler.decide(now: at(301)).to == 6)
    }

    @Test("Case 04: a dead worker's requests are discounted within minutes, health checks or not")
    func deadWorker() {
        var discountedAt: Int?
        var scaler = run(plainPolicy(), tasks: 2, seconds: 300) { second, decision in
            if decision.inputs.leakedBusy > 0 && discountedAt == nil { discountedAt = second }
        } _: { task, sequence in
            let checks: UInt64 = sequence % 5 == 0 ? 1 : 0
            guard task == 0 else { return report(task, sequence, busy: 5, requests: 50) }
            return witnessed(
                task, sequence, .serving, gauge: 40, established: Int(checks), dropped: 0,
                requests: checks, active: 42)
        }
        #expect((60...180).contains(discountedAt ?? 0))
        let decision = scaler.decide(now: at(300))
        #expect(decision.inputs.load <= 7, "\(decision.reason)")
        #expect(decision.reason.contains("40 requests discounted as leaked gauges"))
    }

    @Test("Case 04: 200 leaked under 100 requests a second of 50 ms")
    func leakedUnderLoad() {
        var scaler = run(plainPolicy(), tasks: 1, seconds: 300) { task, sequence in
            witnessed(
                task, sequence, .serving, gauge: 205, established: 6, dropped: 0, requests: 100,
                active: 206)
        }
        #expect(scaler.decide(now: at(300)).inputs.load <= 7)
    }

    @Test("HTTP/2 carries many requests on a connection: that is no leak")
    func http2() {
        var scaler = run(plainPolicy(max: 200), tasks: 1, seconds: 300) { task, sequence in
            witnessed(
                task, sequence, .serving, gauge: 1_000, established: 10, dropped: 0, requests: 10,
                active: 11)
        }
        #expect(scaler.decide(now: at(300)).inputs.load == 1_000)
    }

    @Test("Without the kernel's word nothing is discounted")
    func noWitness() {
        var scaler = run(plainPolicy(), tasks: 1, seconds: 600) { task, sequence in
            witnessed(task, sequence, .serving, gauge: 30, dropped: 0, active: 31)
        }
        let decision = scaler.decide(now: at(600))
        #expect(decision.to == 3)
        #expect(decision.reason.contains("30 requests stand still while none arrives"))
    }

    @Test("A discount alone lowers nothing")
    func neverLowers() {
        var scaler = run(loweringPolicy(), tasks: 4, seconds: 300) { task, sequence in
            witnessed(
                task, sequence, .serving, gauge: 10, established: 0, dropped: 0, active: 11)
        }
        #expect(scaler.decide(now: at(300)).kind == .hold)
    }
}
