import Scaling
import Values

/// A change that ECS took.
package struct ServiceChange: Equatable, Sendable {
    package let decision: Decision
    /// When ECS took it, in Unix milliseconds.
    package let wallMs: Int64

    package init(decision: Decision, wallMs: Int64) {
        self.decision = decision
        self.wallMs = wallMs
    }
}

/// What became of a service's reports since the start.
package struct ReportCounts: Equatable, Sendable {
    package private(set) var accepted = 0
    package private(set) var duplicate = 0
    package private(set) var reordered = 0
    package private(set) var forgotten = 0
    package private(set) var tooManyTasks = 0
    package private(set) var sequenceJump = 0

    mutating func count(_ outcome: IngestOutcome) {
        switch outcome {
        case .accepted: accepted += 1
        case .duplicate: duplicate += 1
        case .reordered: reordered += 1
        case .forgotten: forgotten += 1
        case .tooManyTasks: tooManyTasks += 1
        case .sequenceJump: sequenceJump += 1
        case .probe: break
        }
    }
}

/// The changes of a service since the start.
package struct ChangeCounts: Equatable, Sendable {
    package internal(set) var out = 0
    package internal(set) var `in` = 0
    /// Calls that failed.
    package internal(set) var failed = 0
    /// Somebody else's.
    package internal(set) var foreign = 0
    /// The other aggregator's.
    package internal(set) var partner = 0
}
