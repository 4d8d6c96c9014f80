import Telemetry
import Values

@testable import Scaling

/// A report of a task whose nginx may not answer: `gauge` is what it says of busy, if it answers.
func witnessed(
    _ task: Int, _ sequence: UInt64, _ condition: TaskCondition, gauge: Int? = nil,
    established: Int? = nil, unread: Int? = nil, queue: Int? = nil, dropped: UInt64? = nil,
    requests: UInt64 = 0, cpu: Double? = nil, active: Int? = nil,
    state: TaskState = .running, lengthMs: Int = 1000
) -> Report {
    var report = report(
        task, sequence, busy: Double(gauge ?? 0), active: active.map(Double.init), state: state,
        lengthMs: lengthMs, failed: gauge == nil, cpu: cpu)
    report.windows[0].condition = condition
    if let dropped {
        report.windows[0].counters = WindowCounters(
            spanMs: lengthMs, accepts: requests + dropped, handled: requests, requests: requests)
    }
    let isSeen = established != nil || unread != nil || queue != nil
    report.windows[0].witnesses =
        isSeen
        ? WindowWitnesses(
            acceptQueue: queue ?? 0, acceptQueueLimit: 511, established: established ?? 0,
            unread: unread ?? 0) : nil
    return report
}

/// Lowering is allowed at once.
func loweringPolicy(target: Double = 10, max: Int = 200) -> ScalingPolicy {
    var policy = plainPolicy(max: max, target: target)
    policy.scaleIn.enabled = true
    policy.scaleIn.afterRestart = .zero
    policy.scaleIn.stabilization = .zero
    return policy
}
