import Telemetry
import Testing
import Values

@testable import Scaling

@Suite("A saturated task counts as its queues say, and never as less than it was")
struct SaturationTests {
    private func scaler(_ policy: ScalingPolicy, tasks: Int, busy: Double) -> Scaler {
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(tasks), now: start)
        for second in 1...3 {
            scaler.reports(0..<tasks, UInt64(second), busy: busy, at: at(Double(second)))
        }
        return scaler
    }

    @Test("gzip: the gauge says 0, and 49 of 52 sockets have an unread request: each is worth 49")
    func unread() {
        var scaler = scaler(plainPolicy(max: 200, target: 20), tasks: 2, busy: 4)
        for task in 0..<2 {
            _ = scaler.ingest(
                witnessed(task, 4, .saturated, gauge: 0, established: 52, unread: 49), now: at(4))
        }
        let decision = scaler.decide(now: at(4))
        #expect(decision.inputs.load == 98)
        #expect(decision.to == 5)
    }

    @Test("nginx that does not answer at all, with a full queue, is worth its queue")
    func queue() {
        var scaler = scaler(plainPolicy(max: 200, target: 20), tasks: 4, busy: 15)
        for task in 0..<3 {
            _ = scaler.ingest(
                witnessed(task, 4, .saturated, established: 60, unread: 40, queue: 511),
                now: at(4))
        }
        _ = scaler.ingest(report(3, 4, busy: 15), now: at(4))
        let decision = scaler.decide(now: at(4))
        #expect(decision.to == 78)
        #expect(
            decision.reason.contains("3 of 4 tasks do not answer and their queues are full"),
            "\(decision.reason)")
    }

    @Test("A saturated fleet doubles, and doubles again only when the new tasks serve")
    func doubles() {
        var scaler = scaler(plainPolicy(max: 200, target: 20), tasks: 2, busy: 12)
        func saturate(_ tasks: Range<Int>, _ second: Int) {
            for task in tasks {
                _ = scaler.ingest(
                    witnessed(
                        task, UInt64(second), .saturated, gauge: 3, established: 20, unread: 12),
                    now: at(Double(second)))
            }
        }
        saturate(0..<2, 4)
        #expect(scaler.decide(now: at(4)).to == 4)
        scaler.update(counts(4, running: 2, pending: 2), now: at(4))
        for second in 5..<40 {
            saturate(0..<2, second)
            #expect(scaler.decide(now: at(Double(second))).to == 4)
        }
        scaler.update(counts(4), now: at(40))
        saturate(0..<4, 40)
        #expect(scaler.decide(now: at(40)).to == 8)
    }

    @Test("The same with learnt headroom: within a second, and never to max")
    func learnt() {
        var policy = plainPolicy(max: 200, target: 20)
        policy.sizing = .learnt(.balanced)
        var scaler = scaler(policy, tasks: 2, busy: 12)
        for second in 4..<12 {
            for task in 0..<2 {
                _ = scaler.ingest(
                    witnessed(
                        task, UInt64(second), .saturated, gauge: 3, established: 20, unread: 12,
                        dropped: 0, requests: 8),
                    now: at(Double(second)))
            }
            let decision = scaler.decide(now: at(Double(second)))
            #expect((4...12).contains(decision.to), "\(decision.reason)")
        }
    }

    @Test("A saturated fleet is never lowered")
    func neverLowered() {
        var scaler = scaler(loweringPolicy(target: 20), tasks: 10, busy: 4)
        for task in 0..<9 { _ = scaler.ingest(report(task, 4, busy: 1), now: at(4)) }
        _ = scaler.ingest(
            witnessed(9, 4, .saturated, gauge: 0, established: 3, unread: 1), now: at(4))
        let decision = scaler.decide(now: at(4))
        #expect(decision.kind == .hold && decision.constraints.contains(.saturated))
    }

    @Test("nginx stopped under light load is worth what its few connections are")
    func stopped() {
        var scaler = scaler(plainPolicy(max: 200, target: 20), tasks: 2, busy: 4)
        for second in 4..<24 {
            for task in 0..<2 {
                _ = scaler.ingest(
                    witnessed(
                        task, UInt64(second), .saturated, established: 5, unread: 4, queue: 2),
                    now: at(Double(second)))
            }
            let decision = scaler.decide(now: at(Double(second)))
            #expect(decision.to == 2, "\(decision.reason)")
            #expect(decision.inputs.load <= 12)
        }
    }

    @Test("A fleet that is down with empty queues is held, and said")
    func down() {
        var scaler = scaler(loweringPolicy(), tasks: 4, busy: 9)
        for second in 4..<100 {
            for task in 0..<4 {
                _ = scaler.ingest(
                    witnessed(task, UInt64(second), .down, established: 0), now: at(Double(second)))
            }
            #expect(scaler.decide(now: at(Double(second))).kind == .hold)
        }
        let reason = scaler.decide(now: at(99)).reason
        #expect(reason.contains("4 tasks report, but none of their nginx answers"), "\(reason)")
    }

    @Test("Connections that are accepted and dropped are load: a target above worker_connections")
    func drops() {
        var scaler = scaler(plainPolicy(max: 200, target: 40), tasks: 2, busy: 10)
        for task in 0..<2 {
            _ = scaler.ingest(
                witnessed(task, 4, .serving, gauge: 30, dropped: 1_000, requests: 900), now: at(4))
        }
        let decision = scaler.decide(now: at(4))
        #expect(decision.to >= 4, "\(decision.reason)")
        #expect(decision.inputs.tasks.saturated == 2)
    }

    @Test("Clients that find the accept queue full count until they come again")
    func shutOut() {
        var meter = TaskMeter()
        func take(_ overflows: UInt64, lengthMs: Int, _ condition: TaskCondition = .saturated) {
            var windows = witnessed(
                1, 4, condition, established: 20, unread: 17, queue: 17, lengthMs: lengthMs
            ).windows
            windows[0].witnesses?.listenOverflows = overflows
            _ = meter.take(windows)
        }
        // Of 160 clients 20 are taken in or wait; the others send a SYN again after 1, 2, 4 s.
        take(140, lengthMs: 300)
        #expect(meter.load.busy == 160_000)
        take(140, lengthMs: 1000)
        #expect(meter.load.busyNewest == 160_000)
        take(0, lengthMs: 1000)
        #expect(meter.load.busyNewest == 122_000)
        // Each tries again twice a second or so.
        take(600, lengthMs: 2000)
        #expect(meter.load.busyNewest == 170_000)
        take(0, lengthMs: 1000, .unknown)
        take(0, lengthMs: 1000)
        #expect(meter.load.busyNewest < 30_000)
    }

    @Test("Clients that are turned away and come again at once count once each")
    func turnedAway() {
        var scaler = scaler(plainPolicy(max: 200, target: 20), tasks: 2, busy: 2)
        for task in 0..<2 {
            var report = witnessed(task, 4, .serving, gauge: 30, established: 40, unread: 0)
            // 160 clients: 60 open, 100 closed by nginx without a request, 5,000 times a second.
            report.windows[0].counters = WindowCounters(
                spanMs: 1000, accepts: 5_000, handled: 5_000, requests: 20)
            report.windows[0].witnesses?.established = 60
            report.windows[0].witnesses?.closing = 100
            _ = scaler.ingest(report, now: at(4))
        }
        let decision = scaler.decide(now: at(4))
        #expect(decision.to == 16, "\(decision.reason)")
        #expect(decision.inputs.tasks.saturated == 2)
    }

    @Test("Connections closed after their requests are no sign")
    func closedAfterRequests() {
        var scaler = scaler(plainPolicy(max: 200, target: 20), tasks: 2, busy: 2)
        for task in 0..<2 {
            var report = witnessed(task, 4, .serving, gauge: 2, established: 3, unread: 0)
            report.windows[0].counters = WindowCounters(
                spanMs: 1000, accepts: 5_000, handled: 5_000, requests: 5_000)
            report.windows[0].witnesses?.closing = 100
            _ = scaler.ingest(report, now: at(4))
        }
        #expect(scaler.decide(now: at(4)).kind == .hold)
    }

    @Test("Heard is not silent: a report without gauges keeps its task in the quorum")
    func heard() {
        var scaler = scaler(loweringPolicy(), tasks: 4, busy: 9)
        for second in 4..<100 {
            for task in 0..<4 {
                _ = scaler.ingest(
                    witnessed(task, UInt64(second), .unknown, cpu: 100), now: at(Double(second)))
            }
            let decision = scaler.decide(now: at(Double(second)))
            #expect(decision.kind == .hold && decision.inputs.tasksLive == 4)
            #expect(decision.inputs.load == 36)
        }
    }

    @Test("CPU that comes without gauges counts")
    func usageAlone() {
        var policy = plainPolicy(max: 200, metric: .cpu, target: 50)
        policy.sizing = .fixed(headroomPercent: 0)
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(2), now: start)
        for task in 0..<2 { _ = scaler.ingest(report(task, 1, busy: 3, cpu: 40), now: at(1)) }
        for second in 2..<5 {
            for task in 0..<2 {
                _ = scaler.ingest(
                    witnessed(task, UInt64(second), .unknown, cpu: 100), now: at(Double(second)))
            }
        }
        #expect(scaler.decide(now: at(4)).to == 4)
    }

    @Test("A task that was asked to wait counts as heard")
    func askedToWait() {
        var scaler = scaler(plainPolicy(), tasks: 4, busy: 9)
        for second in 4..<30 {
            for task in 0..<4 {
                scaler.heard(report(task, 1).identity.taskARN, now: at(Double(second)))
            }
        }
        let decision = scaler.decide(now: at(29))
        #expect(decision.inputs.tasksLive == 4 && decision.basis == .load)
        scaler.heard("arn:aws:ecs:eu-west-1:1:task/main/unknown", now: at(29))
        #expect(scaler.decide(now: at(29)).inputs.tasksLive == 4)
    }

    @Test("Limits, max and pauses hold as ever")
    func limits() {
        var policy = plainPolicy(max: 3, target: 20)
        var scaler = scaler(policy, tasks: 2, busy: 12)
        let full = witnessed(0, 4, .saturated, established: 300, unread: 200)
        _ = scaler.ingest(full, now: at(4))
        #expect(scaler.decide(now: at(4)).to == 3)
        policy.pause = .scaleOut
        scaler = self.scaler(policy, tasks: 2, busy: 12)
        _ = scaler.ingest(full, now: at(4))
        #expect(scaler.decide(now: at(4)).kind == .hold)
    }
}
