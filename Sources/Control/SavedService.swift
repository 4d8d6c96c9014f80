import Scaling
import Values

/// What of a service outlives the aggregator.
///
/// Moments are in Unix milliseconds, since monotonic clocks do not outlive their machine. `orders`
/// change seldom and are stored at once; `memory` and `learnt` change with each report and are
/// stored every few minutes.
package struct SavedService: Equatable, Sendable {
    package var orders = SavedOrders()
    package var memory = ScalerMemory()
    package var learnt: SavedLearning?

    package init() {}
}

/// What people and subscribers count on.
package struct SavedOrders: Equatable, Sendable {
    package var overrides: [SavedOverride] = []
    /// Grows with each order of an operator: of two states the newer orders are in force.
    package var edition: Int64 = 0
    package var lastChange: SavedChange?
    /// Holds whose begin was announced, and whose end was not.
    package var holds: [SavedHold] = []

    package init() {}
}

/// An operator's wish over what the load asks for.
package struct SavedOverride: Equatable, Sendable {
    /// What is wished, in a word that is stored: `pause.both`. A kind that is not known is kept
    /// and has no effect.
    package var kind: String
    /// For kinds that have one.
    package var count: Int?
    package var reason: String
    package var untilMs: Int64

    package init(kind: String, count: Int? = nil, reason: String, untilMs: Int64) {
        self.kind = kind
        self.count = count
        self.reason = reason
        self.untilMs = untilMs
    }
}

package struct SavedChange: Equatable, Sendable {
    package var from: Int
    package var to: Int
    package var wallMs: Int64

    package init(from: Int, to: Int, wallMs: Int64) {
        self.from = from
        self.to = to
        self.wallMs = wallMs
    }
}

package struct SavedHold: Equatable, Sendable {
    package var hold: String
    package var sinceMs: Int64

    package init(hold: String, sinceMs: Int64) {
        self.hold = hold
        self.sinceMs = sinceMs
    }
}

/// What a policy learnt, in a form that only it reads; it knows its own version.
package struct SavedLearning: Equatable, Sendable {
    package var bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}
