import Scaling
import Telemetry
import Values

@testable import Control

/// Values that tests start from.
enum Samples {
    static let start = Instant(nanoseconds: 1_000_000_000)

    static func at(_ seconds: Double) -> Instant {
        start + .milliseconds(Int64(seconds * 1000))
    }

    /// A task is worth 40 requests in service.
    static var policy: ScalingPolicy {
        var policy = ScalingPolicy(
            minTasks: 1, maxTasks: 20, rule: .target([TargetMetric(metric: .busy, value: 40)]))
        policy.sizing = .fixed(headroomPercent: 0)
        return policy
    }

    static func report(task: Int, sequence: UInt64, busy: Int) -> Report {
        let gauge = GaugeSummary(min: busy, mean: Double(busy), max: busy, last: busy)
        let window = Window(
            startMs: 1_790_000_000_000, lengthMs: 1000, samples: 20, failed: 0, restarts: 0,
            gauges: WindowGauges(active: gauge, busy: gauge, waiting: gauge),
            counters: WindowCounters(spanMs: 950, accepts: 3, handled: 3, requests: 200))
        let identity = TaskIdentity(
            taskARN: "arn:aws:ecs:eu-central-1:123456789012:task/shop/task-\(task)",
            cluster: "shop", service: "web", family: "web", revision: "7",
            availabilityZone: "eu-central-1a")
        return Report(
            identity: identity, bootID: UInt64(task), sequence: sequence, state: .running,
            windows: [window])
    }

    static func description(
        _ desired: Int, running: Int? = nil, newestMs: Int64? = nil
    ) -> ServiceDescription {
        var description = ServiceDescription(
            name: "web", desiredCount: desired, runningCount: running ?? desired, pendingCount: 0)
        description.eventMs = newestMs
        return description
    }
}

extension CallFailure {
    static let throttled = CallFailure(.throttled, code: "ThrottlingException", text: "slower")
    static let down = CallFailure(.transient, code: "Unreachable", text: "nobody there")
    static let timedOut = CallFailure(.uncertain, code: "Unreachable", text: "timed out")
    static let denied = CallFailure(.lasting, code: "AccessDeniedException", text: "no")
    static let notSent = CallFailure(.notSent, code: "RateExhausted", text: "later")
}

extension [ControlAction] {
    var order: UpdateOrder? {
        for case .update(let order) in self { return order }
        return nil
    }

    var asksTurn: Bool { contains { if case .askTurn = $0 { true } else { false } } }
    var looks: Bool { contains { if case .look = $0 { true } else { false } } }

    var announcements: [Announcement] {
        compactMap { if case .announce(let announcement) = $0 { announcement } else { nil } }
    }

    var events: [ControlEvent] {
        compactMap { if case .log(let event) = $0 { event } else { nil } }
    }

    var adopted: [Int] {
        events.compactMap { if case .adopted(_, let to, _) = $0 { to } else { nil } }
    }
}
