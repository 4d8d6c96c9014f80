import Control

/// ECS's API in front of a service: late, stale, throttled, or failing.
///
/// Reads are eventually consistent: after a write they may show an old count for a while. A write
/// whose answer is lost may have been done. UpdateService takes 50 calls at once and then 5 a
/// second (AWS API throttling quotas).
struct ECSFront: Sendable {
    private struct Snapshot: Sendable {
        let second: Double
        let description: ServiceDescription
    }

    private var history: [Snapshot] = []
    private var tokens = 50.0

    mutating func advance(to second: Double, by seconds: Double, _ ecs: ECSModel) {
        tokens = min(50, tokens + seconds * 5)
        note(ecs, at: second)
        if history.count > 256 { history.removeFirst(128) }
    }

    mutating func note(_ ecs: ECSModel, at second: Double) {
        let description = Self.describe(ecs)
        if history.last?.description == description { return }
        history.append(Snapshot(second: second, description: description))
    }

    /// What a look at that moment shows.
    func look(
        at second: Double, lag: Double, fails: Bool
    ) -> Result<ServiceDescription, CallFailure> {
        if fails {
            return .failure(CallFailure(.transient, code: "timeout", text: "no answer"))
        }
        let shown = history.last { $0.second <= second - lag } ?? history.first
        guard let shown else {
            return .failure(CallFailure(.transient, code: "empty", text: "nothing yet"))
        }
        return .success(shown.description)
    }

    /// Whether ECS takes one more write now.
    mutating func takesWrite() -> Bool {
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    static func describe(_ ecs: ECSModel) -> ServiceDescription {
        var description = ServiceDescription(
            name: "web", desiredCount: ecs.desired, runningCount: ecs.runningCount,
            pendingCount: ecs.pendingCount)
        description.eventMs = Script.startMs + Int64(ecs.eventAt * 1000)
        guard let deployment = ecs.deployment else {
            description.deployments = [
                .init(id: "r\(ecs.revision)", isPrimary: true, rollout: .completed)
            ]
            return description
        }
        if deployment.kind == .codeDeploy {
            // Task sets have no rollout.
            description.deployments = [
                .init(id: "set-\(deployment.before)", isPrimary: true, rollout: nil),
                .init(id: "set-\(deployment.revision)", isPrimary: false, rollout: nil),
            ]
            return description
        }
        let isFailed = deployment.state == .failed
        description.deployments = [
            .init(
                id: "r\(deployment.revision)", isPrimary: true,
                rollout: isFailed ? .failed : .inProgress),
            .init(id: "r\(deployment.before)", isPrimary: false, rollout: .completed),
        ]
        return description
    }
}
