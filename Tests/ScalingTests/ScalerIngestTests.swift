import Telemetry
import Testing

@testable import Scaling

@Suite("What a report does")
struct ScalerIngestTests {
    private func scaler() -> Scaler {
        var scaler = Scaler(policy: plainPolicy(), now: start)
        scaler.update(counts(2), now: start)
        return scaler
    }

    @Test("A report taken before is a duplicate, an older one is reordered")
    func dedupe() {
        var scaler = scaler()
        #expect(scaler.ingest(report(1, 5, busy: 10), now: at(0)) == .accepted)
        #expect(scaler.ingest(report(1, 5, busy: 90), now: at(0.1)) == .duplicate)
        #expect(scaler.ingest(report(1, 4, busy: 90), now: at(0.2)) == .reordered)
        #expect(scaler.decide(now: at(0.2)).inputs.load == 10)
    }

    @Test("A new boot starts its own sequence, and late reports of the old boot are old news")
    func reboot() {
        var scaler = scaler()
        #expect(scaler.ingest(report(1, 50, busy: 10, boot: 1), now: at(0)) == .accepted)
        #expect(scaler.ingest(report(1, 1, busy: 20, boot: 2), now: at(1)) == .accepted)
        #expect(scaler.ingest(report(1, 51, busy: 90, boot: 1), now: at(1.1)) == .reordered)
        #expect(scaler.ingest(report(1, 52, boot: 1, state: .stopping), now: at(1.2)) == .forgotten)
        #expect(scaler.decide(now: at(1.3)).inputs.load == 20)
    }

    @Test("A stopping task is forgotten at once, and a late report does not revive it")
    func stopping() {
        var scaler = scaler()
        scaler.reports(1..<3, 1, busy: 10, at: at(0))
        #expect(scaler.ingest(report(1, 3, busy: 10, state: .stopping), now: at(1)) == .forgotten)
        #expect(scaler.decide(now: at(1)).inputs.tasksLive == 1)
        #expect(scaler.decide(now: at(1)).inputs.load == 10)
        #expect(scaler.ingest(report(1, 2, busy: 10), now: at(1.5)) == .forgotten)
        #expect(scaler.decide(now: at(1.5)).inputs.tasksLive == 1)
    }

    @Test("A task that drained before it was known stays unknown")
    func drainedFirst() {
        var scaler = scaler()
        #expect(scaler.ingest(report(7, 2, state: .stopping), now: at(0)) == .forgotten)
        #expect(scaler.ingest(report(7, 1, busy: 10), now: at(0.1)) == .forgotten)
        #expect(scaler.decide(now: at(0.1)).inputs.tasksLive == 0)
    }

    @Test("A probe is not load")
    func probe() {
        var scaler = scaler()
        #expect(scaler.ingest(report(1, 1, busy: 10, state: .probe), now: at(0)) == .probe)
        #expect(scaler.decide(now: at(0)).inputs.tasksLive == 0)
    }

    @Test("More tasks than any service has are refused")
    func tooMany() {
        var scaler = scaler()
        for second in 0..<2 {
            for task in 0..<Limits.taskRecordsMax {
                let report = report(task, UInt64(second + 1), busy: 1)
                #expect(scaler.ingest(report, now: at(Double(second))) == .accepted)
            }
        }
        #expect(scaler.ingest(report(-1, 1, busy: 1), now: at(1)) == .tooManyTasks)
    }

    @Test("A silent task keeps its last value, then counts as the mean of the others, then is gone")
    func silence() {
        var scaler = Scaler(policy: plainPolicy(), now: start)
        scaler.update(counts(3), now: start)
        _ = scaler.ingest(report(1, 1, busy: 40), now: at(0))
        for second in 0..<70 {
            for task in 2..<4 {
                let sequence = UInt64(second + 1)
                _ = scaler.ingest(report(task, sequence, busy: 10), now: at(Double(second)))
            }
            let inputs = scaler.decide(now: at(Double(second))).inputs
            switch second {
            case 0...5: #expect(inputs.load == 60 && inputs.tasksStale == 0)
            case 6...60: #expect(inputs.load == 30 && inputs.tasksStale == 1)
            default: #expect(inputs.load == 20 && inputs.tasksStale == 0)
            }
        }
    }

    @Test("A silent task that ECS no longer runs does not count")
    func silentAndGone() {
        var scaler = Scaler(policy: plainPolicy(), now: start)
        scaler.update(counts(3), now: start)
        scaler.reports(1..<4, 1, busy: 10, at: at(0))
        scaler.reports(1..<3, 2, busy: 15, at: at(6))
        #expect(scaler.decide(now: at(6)).inputs.load == 45)
        scaler.update(counts(3, running: 2), now: at(6.5))
        #expect(scaler.decide(now: at(6.5)).inputs.load == 30)
    }

    @Test("A failed sample is not zero load")
    func nginxDown() {
        var scaler = scaler()
        scaler.reports(1..<3, 1, busy: 10, at: at(0))
        #expect(scaler.ingest(report(1, 2, failed: true), now: at(1)) == .accepted)
        #expect(scaler.decide(now: at(1)).inputs.load == 20)
    }

    @Test("A short window, pushed at once, changes the mean by its share of a second only")
    func shortWindow() {
        var meter = TaskMeter()
        let windows = report(1, 2, busy: 30, lengthMs: 100).windows
        let first = meter.take(report(1, 1, busy: 10).windows)
        let second = meter.take(windows)
        #expect(first && second)
        #expect(meter.load.busy == 12_000)
        #expect(meter.load.busyNewest == 30_000)
    }

    @Test("Requests per second are the increase over its span")
    func rates() {
        var scaler = Scaler(
            policy: plainPolicy(metric: .requestsPerSecond, target: 100), now: start)
        scaler.update(counts(1), now: start)
        let half = report(1, 1, busy: 3, requests: 250, lengthMs: 500)
        #expect(scaler.ingest(half, now: at(0)) == .accepted)
        let decision = scaler.decide(now: at(0))
        #expect(decision.inputs.load == 500)
        #expect(decision.to == 5)
    }
}
