import Foundation
import Scaling
import Telemetry
import Values

/// `bench decide`: what a report and the decision on it cost, with 1, 100 and 5,000 tasks in the
/// service. It is to be flat.
struct Decide {
    private let rounds: Int

    init(_ options: [String]) {
        rounds =
            options.firstIndex(of: "--rounds").flatMap {
                $0 + 1 < options.count ? Int(options[$0 + 1]) : nil
            } ?? 9
    }

    func run() throws -> Bool {
        let sizes = [1, 100, 5_000]
        var best = [Double](repeating: .infinity, count: sizes.count)
        // Timings drift between minutes: the sizes take turns, and the best round counts.
        for _ in 0..<rounds {
            for (index, tasks) in sizes.enumerated() {
                best[index] = min(best[index], nanoseconds(tasks: tasks))
            }
        }
        let rows = zip(sizes, best).map { tasks, ours in
            BenchRow(
                name: "report and decision, \(tasks) tasks", ours: ours, peer: best[0],
                peerName: "1 task", unit: "ns", goal: 1.5)
        }
        return try BenchReport(name: "decide", rows: rows).publish()
    }

    /// The mean over some 100,000 reports, which arrive evenly, one a second of each task.
    private func nanoseconds(tasks: Int) -> Double {
        var policy = ScalingPolicy(
            maxTasks: 5_000, rule: .target([TargetMetric(metric: .busy, value: 10)]))
        policy.scaleIn.enabled = true
        let begin = Instant(nanoseconds: 1_000_000_000)
        var scaler = Scaler(policy: policy, now: begin)
        scaler.update(
            ServiceCounts(
                desiredCount: tasks, runningCount: tasks, pendingCount: 0,
                deploymentInProgress: false),
            now: begin)
        var reports = (0..<tasks).map(Self.report)
        let count = max(100_000, tasks * 20)
        let step = Duration.nanoseconds(1_000_000_000 / tasks)
        var now = begin
        var checksum = 0
        // One round over all tasks first, so that every task is known.
        for index in reports.indices { _ = scaler.ingest(reports[index], now: now) }
        let clock = ContinuousClock()
        var index = 0
        let elapsed = clock.measure {
            for _ in 0..<count {
                now = now + step
                reports[index].sequence += 1
                _ = scaler.ingest(reports[index], now: now)
                checksum &+= scaler.decide(now: now).to
                index = index + 1 == tasks ? 0 : index + 1
            }
        }
        precondition(checksum > 0, "a service with load has tasks")
        return elapsed.inSeconds * 1e9 / Double(count)
    }

    private static func report(_ task: Int) -> Report {
        let gauge = GaugeSummary(min: 4, mean: 6, max: 9, last: 6)
        let window = Window(
            startMs: 0, lengthMs: 1000, samples: 20, failed: 0, restarts: 0,
            gauges: WindowGauges(active: gauge, busy: gauge, waiting: gauge),
            counters: WindowCounters(spanMs: 1000, accepts: 30, handled: 30, requests: 30))
        let digits = String(task, radix: 16)
        let id = String(repeating: "0", count: 32 - digits.count) + digits
        return Report(
            identity: TaskIdentity(
                taskARN: "arn:aws:ecs:eu-west-1:123456789012:task/production/\(id)",
                cluster: "production", service: "web", family: "web", revision: "7",
                availabilityZone: "eu-west-1a"),
            bootID: UInt64(task), sequence: 1, state: .running, windows: [window])
    }
}
