/// What is kept on target; each is a value per task.
package enum Metric: String, CaseIterable, Sendable {
    /// Requests being served: nginx's reading + writing, without the agent's own.
    case busy
    /// Open connections, idle keep-alive ones included: offered, but it misleads behind a load
    /// balancer that keeps connections open.
    case active
    /// Requests that arrive in a second.
    case requestsPerSecond
    /// Mean time a request is in service, in milliseconds, by Little's law: L = λ·W (J. D. C.
    /// Little, "A Proof for the Queuing Formula: L = λW", Operations Research 9(3), 1961).
    case timeInService
    /// What the task uses of its own limit, in percent; known where agents tell it.
    case cpu
    case memory

    /// Whether headroom is learnt for it: time in service is no sum over tasks, and memory does
    /// not come and go with the requests. For those a policy with learnt headroom tracks plainly.
    var isLearnable: Bool {
        switch self {
        case .busy, .active, .requestsPerSecond, .cpu: true
        case .timeInService, .memory: false
        }
    }
}

/// A metric and the value that one task should have.
package struct TargetMetric: Equatable, Sendable {
    package var metric: Metric
    /// Per task, in the metric's unit; above 0 and at most `Limits.targetMax`.
    package var value: Double

    package init(metric: Metric, value: Double) {
        self.metric = metric
        self.value = value
    }
}
