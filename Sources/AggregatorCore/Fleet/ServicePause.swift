import Scaling
import Values

package enum PauseDirection: String, CaseIterable, Sendable {
    case out, `in`, both

    var pause: Pause {
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
    let until: Instant
    /// The same, in Unix milliseconds.
    package let untilMs: Int64

    var fields: [LogField] {
        [
            LogField("direction", direction.rawValue), LogField("reason", reason),
            LogField("until", UTCTime.text(ms: untilMs)),
        ]
    }
}
