import Values

/// Since when a service's deployment is as it is, and whether it forbids lowering.
///
/// Nothing is lowered while one revision replaces another. A deployment that failed and was not
/// rolled back moves nothing any more, and could stand for ever: it forbids lowering for a day, in
/// which somebody is asked to look at it.
struct DeploymentWatch: Sendable {
    private(set) var state = DeploymentState.none
    private(set) var since = Instant(nanoseconds: 0)

    mutating func note(_ state: DeploymentState, now: Instant) {
        guard state != self.state else { return }
        self.state = state
        since = now
    }

    /// `wallMs` is the wall clock; `nil` while it is not known.
    func forbidsLowering(wallMs: Int64?, now: Instant) -> Bool {
        switch state {
        case .none: return false
        case .inProgress: return true
        case .failed(let sinceMs):
            var age = now - since
            if let sinceMs, let wallMs { age = max(age, .milliseconds(wallMs - sinceMs)) }
            return age < ControlLimits.failedDeploymentHolds
        }
    }
}
