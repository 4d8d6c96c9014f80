import Scaling
import Values

package enum PauseDirection: String, CaseIterable, Sendable {
    case out, `in`, both

    package var pause: Pause {
        switch self {
        case .out: .scaleOut
        case .in: .scaleIn
        case .both: .both
        }
    }
}

/// A person's wish that a service is left alone for a while; kept until it is over, or until the
/// aggregator restarts.
package struct ServicePause: Equatable, Sendable {
    package let direction: PauseDirection
    package let reason: String
    package let until: Instant
    /// The same, in Unix milliseconds.
    package let untilMs: Int64

    package init(direction: PauseDirection, reason: String, until: Instant, untilMs: Int64) {
        self.direction = direction
        self.reason = reason
        self.until = until
        self.untilMs = untilMs
    }
}
