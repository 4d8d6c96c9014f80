import Telemetry

/// Values that tests start from.
enum Samples {
    static let identity = TaskIdentity(
        taskARN: "arn:aws:ecs:eu-central-1:123456789012:task/shop/0123456789abcdef0123456789abcdef",
        cluster: "arn:aws:ecs:eu-central-1:123456789012:cluster/shop", service: "web",
        family: "web", revision: "7", availabilityZone: "eu-central-1a")

    static func window(busy: Int, samples: Int = 20) -> Window {
        let gauge = GaugeSummary(min: busy, mean: Double(busy), max: busy, last: busy)
        return Window(
            startMs: 1_790_000_000_000, lengthMs: 1000, samples: samples, failed: 0, restarts: 0,
            gauges: WindowGauges(active: gauge, busy: gauge, waiting: gauge),
            counters: WindowCounters(spanMs: 950, accepts: 3, handled: 3, requests: 200))
    }

    static let report = Report(
        identity: identity, bootID: 0x00C0_FFEE_00C0_FFEE, sequence: 12, state: .running,
        windows: [window(busy: 40)])

    static let probe = Report(
        identity: identity, bootID: .max, sequence: 1, state: .probe, windows: [])

    static var outage: Report {
        var report = report
        report.identity.service = nil
        report.identity.availabilityZone = nil
        report.state = .draining
        report.windows = [
            Window(
                startMs: 1_790_000_000_000, lengthMs: 1000, samples: 0, failed: 20, restarts: 1,
                gauges: nil, counters: nil),
            window(busy: 7),
        ]
        return report
    }

    /// With what the task used, and what ECS says of its clock.
    static var measured: Report {
        var report = report
        report.clock = ClockDrift(errorMs: 0.546, isSynchronized: true)
        report.windows = [window(busy: 7), window(busy: 8), window(busy: 9)]
        report.windows[1].usage = WindowUsage(
            taskCPU: 71.2, taskMemory: 40.125, backendCPU: 60, backendMemory: 0)
        report.windows[2].usage = WindowUsage(
            taskCPU: nil, taskMemory: 33.3, backendCPU: nil, backendMemory: nil)
        return report
    }

    /// Of a task whose nginx has more work than it can do, with every field that a report can have.
    static var saturated: Report {
        var report = measured
        report.state = .starting
        report.windows[1].failed = 15
        report.windows[1].failures = SampleFailures(
            refused: 1, timedOut: 2, reset: 3, cutShort: 4, wrongAnswer: 5)
        report.windows[1].usage?.throttled = 88.5
        report.windows[1].sampleAgeMs = 40
        report.windows[1].sampleMs = 812.5
        report.windows[1].condition = .saturated
        report.windows[1].witnesses = WindowWitnesses(
            acceptQueue: 60, acceptQueueLimit: 511, listenOverflows: 3, listenDrops: 4,
            sockets: 80, established: 52, unread: 49, closing: 7)
        report.windows[2].condition = .down
        report.windows[2].witnesses = WindowWitnesses(unread: 0)
        return report
    }

    /// A running task's report.
    static func report(task: Int, sequence: UInt64, busy: Int) -> Report {
        var report = report
        report.identity.taskARN = "arn:aws:ecs:eu-central-1:123456789012:task/shop/task-\(task)"
        report.bootID = UInt64(task)
        report.sequence = sequence
        report.windows = [window(busy: busy)]
        return report
    }
}
