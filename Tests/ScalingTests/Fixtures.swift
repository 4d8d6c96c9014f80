import Telemetry
import Values

@testable import Scaling

let start = Instant(nanoseconds: 1_000_000_000_000)

func at(_ seconds: Double) -> Instant {
    start + .milliseconds(Int64(seconds * 1000))
}

/// A report as an agent makes it, of one window.
func report(
    _ task: Int, _ sequence: UInt64, busy: Double = 0, last: Int? = nil, active: Double? = nil,
    requests: UInt64? = nil, boot: UInt64 = 1, state: TaskState = .running, lengthMs: Int = 1000,
    failed: Bool = false, cpu: Double? = nil, memory: Double? = nil
) -> Report {
    func gauge(_ mean: Double, _ last: Int?) -> GaugeSummary {
        GaugeSummary(min: Int(mean), mean: mean, max: Int(mean), last: last ?? Int(mean))
    }
    let gauges = WindowGauges(
        active: gauge(active ?? busy, active == nil ? last : nil), busy: gauge(busy, last),
        waiting: gauge(0, 0))
    let counters = requests.map {
        WindowCounters(spanMs: lengthMs, accepts: $0, handled: $0, requests: $0)
    }
    let window = Window(
        startMs: 0, lengthMs: lengthMs, samples: failed ? 0 : 20, failed: failed ? 20 : 0,
        restarts: 0, gauges: failed ? nil : gauges, counters: counters,
        usage: cpu == nil && memory == nil
            ? nil
            : WindowUsage(taskCPU: cpu, taskMemory: memory, backendCPU: nil, backendMemory: nil))
    return Report(
        identity: TaskIdentity(
            taskARN: "arn:aws:ecs:eu-west-1:123456789012:task/main/\(task)", cluster: "main",
            service: "web", family: "web", revision: "1", availabilityZone: nil),
        bootID: boot, sequence: sequence, state: state, windows: [window])
}

func counts(
    _ desired: Int, running: Int? = nil, pending: Int = 0, deploying: Bool = false
) -> ServiceCounts {
    ServiceCounts(
        desiredCount: desired, runningCount: running ?? desired, pendingCount: pending,
        deploymentInProgress: deploying)
}

func plainPolicy(
    min: Int = 1, max: Int = 100, metric: Metric = .busy, target: Double = 10
) -> ScalingPolicy {
    var policy = ScalingPolicy(
        minTasks: min, maxTasks: max,
        rule: .target([TargetMetric(metric: metric, value: target)]))
    policy.sizing = .fixed(headroomPercent: 0)
    policy.scaleIn.limit = ChangeLimit()
    return policy
}

extension Scaler {
    /// Each of `tasks` reports the same at that time.
    mutating func reports(
        _ tasks: Range<Int>, _ sequence: UInt64, busy: Double, active: Double? = nil,
        at when: Instant
    ) {
        for task in tasks {
            _ = ingest(report(task, sequence, busy: busy, active: active), now: when)
        }
    }
}
