import Scaling
import Values

/// One call of UpdateService: what it asks for, and the decision that led to it.
package struct UpdateOrder: Equatable, Sendable {
    /// Grows with each order.
    package let id: Int
    package let decision: Decision
    package let sentAt: Instant
    /// When the report came, or the moment, that asked for it first.
    package let since: Instant
    /// When the newest sample of that report was taken, by the task's clock, in Unix milliseconds.
    package let sampledMs: Int64?

    package var to: Int { decision.to }
}
