import Scaling
import Telemetry
import Values

@testable import Control

/// A controller that a test moves by hand; each step's actions are kept.
struct Hand {
    var controller: ServiceController
    var actions: [ControlAction] = []
    private var sequence: UInt64 = 0

    /// Two tasks run, and ECS told so at 0 s.
    init(_ policy: ScalingPolicy = Samples.policy, desired: Int = 2) {
        controller = ServiceController(policy: policy, period: .seconds(5), now: Samples.start)
        describe(desired, at: 0)
    }

    /// Each of the tasks reports this many requests in service.
    mutating func report(_ busy: Int, tasks: Int = 2, at seconds: Double) {
        sequence += 1
        actions = []
        for task in 0..<tasks {
            let report = Samples.report(task: task, sequence: sequence, busy: busy)
            actions += controller.ingest(report, now: Samples.at(seconds)).1
        }
    }

    mutating func describe(_ desired: Int, asked: Double? = nil, at seconds: Double) {
        describe(Samples.description(desired), asked: asked, at: seconds)
    }

    mutating func describe(
        _ description: ServiceDescription?, asked: Double? = nil, at seconds: Double
    ) {
        actions = controller.described(
            description, askedAt: Samples.at(asked ?? seconds), now: Samples.at(seconds))
    }

    mutating func turn(at seconds: Double) {
        actions = controller.turn(now: Samples.at(seconds))
    }

    mutating func accept(_ desired: Int, at seconds: Double) {
        actions = controller.accepted(Samples.description(desired), now: Samples.at(seconds))
    }

    mutating func fail(_ failure: CallFailure, jitter: Double = 1, at seconds: Double) {
        actions = controller.failed(failure, now: Samples.at(seconds), jitter: jitter)
    }

    mutating func failFreshLook(_ failure: CallFailure, at seconds: Double) {
        actions = controller.freshLookFailed(failure, now: Samples.at(seconds), jitter: 1)
    }

    /// Whether it was taken.
    @discardableResult
    mutating func override(
        _ setting: ServiceOverride.Setting, reason: String = "x", until: Double, at seconds: Double
    ) -> OverrideRefusal? {
        let override = ServiceOverride(
            setting, reason: reason, until: Samples.at(until),
            untilMs: 1_790_000_000_000 + Int64(until * 1000))
        switch controller.override(override, now: Samples.at(seconds)) {
        case .success(let actions): self.actions = actions
        case .failure(let refusal): return refusal
        }
        return nil
    }

    mutating func pass(to seconds: Double) {
        actions = controller.passed(
            wallMs: 1_790_000_000_000 + Int64(seconds * 1000), now: Samples.at(seconds))
    }

    /// Turn, fresh look, and what is then written.
    mutating func write(over desired: Int, at seconds: Double) -> Int? {
        turn(at: seconds)
        if actions.looks { describe(desired, at: seconds) }
        return actions.order?.to
    }
}
