/// Which number a peer is given; the better one counts for it.
package enum PeerSignal: String, CaseIterable, Sendable {
    /// Requests in the tasks, waiting ones included.
    case busy
    case requestsPerSecond
    /// The share of each task that is in use; it cannot show more than all of it.
    case cpu

    package func total(_ observation: Observation) -> Double {
        switch self {
        case .busy: observation.busy
        case .requestsPerSecond: observation.requestsPerSecond
        case .cpu: observation.tasksInUse
        }
    }

    /// The value that fills one task.
    package func full(_ model: ServiceModel) -> Double {
        switch self {
        case .busy: model.concurrency
        case .requestsPerSecond: model.requestsPerSecondPerTask
        case .cpu: 1
        }
    }
}
