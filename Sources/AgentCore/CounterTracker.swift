import Telemetry

/// By how much the counters of one nginx grew between two samples.
package struct CounterIncrease: Equatable, Sendable {
    package var accepts: UInt64
    package var handled: UInt64
    package var requests: UInt64

    package init(accepts: UInt64, handled: UInt64, requests: UInt64) {
        self.accepts = accepts
        self.handled = handled
        self.requests = requests
    }

    /// Connections that nginx closed as soon as it had accepted them.
    var dropped: UInt64 { accepts > handled ? accepts - handled : 0 }

    /// Connections that came to no request, where those are most: a browser that opens some ahead
    /// does not make them so.
    var unserved: UInt64 { accepts / 2 > requests ? accepts - requests : 0 }

    static func + (left: CounterIncrease, right: CounterIncrease) -> CounterIncrease {
        CounterIncrease(
            accepts: left.accepts + right.accepts, handled: left.handled + right.handled,
            requests: left.requests + right.requests)
    }
}

/// Follows the counters of one nginx, and takes the agent's own share out of them.
package struct CounterTracker: Sendable {
    package enum Step: Equatable, Sendable {
        /// Nothing to compare with: the first sample, or nginx was away in between.
        case unknown
        /// A counter ran backwards: this is another nginx.
        case restarted
        case grew(CounterIncrease)
    }

    private var last: StubStatus?
    private var wasAway = false

    package init() {}

    /// nginx refused to be asked: it may be another one when it is back.
    package mutating func lost() {
        wasAway = true
    }

    /// `ownRequests` and `ownConnections` were made by the agent since the sample before.
    package mutating func advance(
        _ status: StubStatus, ownRequests: Int, ownConnections: Int
    ) -> Step {
        let previous = last
        let away = wasAway
        last = status
        wasAway = false
        guard let previous else { return .unknown }
        guard status.accepts >= previous.accepts, status.handled >= previous.handled,
            status.requests >= previous.requests
        else { return .restarted }
        if away { return .unknown }
        return .grew(
            CounterIncrease(
                accepts: Self.increase(previous.accepts, status.accepts, own: ownConnections),
                handled: Self.increase(previous.handled, status.handled, own: ownConnections),
                requests: Self.increase(previous.requests, status.requests, own: ownRequests)))
    }

    private static func increase(_ from: UInt64, _ to: UInt64, own: Int) -> UInt64 {
        let total = to - from
        let own = UInt64(max(0, own))
        return total > own ? total - own : 0
    }
}
