import Telemetry
import Values

/// The last report, sent until it is accepted, refused for good, or time is over. A value: answers
/// in, the next step out.
package struct Farewell: Sendable {
    package indirect enum Step: Sendable {
        /// Send this; the exchange may take so long.
        case send(Report, within: Duration)
        /// Nothing to do before the time, unless an answer comes.
        case wait(until: Instant)
        case done(isAccepted: Bool)
    }

    private let deadline: Instant
    private var hasBegun = false

    package init(now: Instant) {
        deadline = now + AgentLimits.farewellMax
    }

    /// What to do now; `answer` is that to the last report sent, if one came since.
    @inline(never)
    package mutating func next(
        _ answer: DeliveryAnswer?, _ delivery: inout Delivery, _ identity: TaskIdentity,
        now: Instant, random: UInt64
    ) -> Step {
        if let answer, hasBegun {
            if case .accepted = answer { return .done(isAccepted: true) }
            _ = delivery.ended(answer, now: now, random: random)
            if case .refused = answer { return .done(isAccepted: false) }
        }
        guard now < deadline else { return .done(isAccepted: false) }
        let report =
            hasBegun
            ? delivery.next(now: now, identity: identity) : delivery.farewell(identity: identity)
        hasBegun = true
        if let report { return .send(report, within: deadline - now) }
        return .wait(until: delivery.due(now: now).map { min($0, deadline) } ?? deadline)
    }
}
