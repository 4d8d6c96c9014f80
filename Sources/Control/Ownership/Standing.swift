import Values

/// What an aggregator is to a service at one moment.
///
/// | standing | raises | lowers, announces holds, writes state |
/// | --- | --- | --- |
/// | `alone` | at once | yes |
/// | `owner` | at once | while the lease lasts, and for no longer than a call takes |
/// | `former` | at once | no |
/// | `second`, the owner lives | after a wait and a look, to what the load is worth | no |
/// | `second`, the owner is gone | after a wait and a look | no |
package enum Standing: Equatable, Sendable {
    /// Without a store that others share: there is no other one.
    case alone
    case owner(until: Instant)
    /// The last owner that is known, whose lease ended while the table did not answer.
    case former
    case second(ownerLives: Bool)

    package init(_ lease: Lease, now: Instant) {
        if let until = lease.held(now: now) {
            self = .owner(until: until)
        } else if lease.holder == lease.name {
            self = .former
        } else {
            self = .second(ownerLives: lease.ownerLives(now: now))
        }
    }

    /// Whether a call that lowers may begin now: it is over before the lease is.
    package func allowsLowering(now: Instant) -> Bool {
        switch self {
        case .alone: true
        case .owner(let until): now + ControlLimits.writeWithin < until
        case .former, .second: false
        }
    }

    /// Whether it speaks for the service: holds, and state.
    package var speaks: Bool {
        switch self {
        case .alone, .owner: true
        case .former, .second: false
        }
    }

    /// Whether another aggregator writes the same counts.
    var hasPartner: Bool { self != .alone }

    package var isSecond: Bool { if case .second = self { true } else { false } }

    package var word: String {
        switch self {
        case .alone: "alone"
        case .owner: "owner"
        case .former: "former"
        case .second: "second"
        }
    }
}
