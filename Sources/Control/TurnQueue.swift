import Values

/// Who writes next, within our share of AWS's rate: the service that lacks most of what it has.
///
/// AWS takes some UpdateService calls at once, then a few a second, for all services of an account
/// together. When a surge hits a hundred of them, the calls wait here, not in a client: who has its
/// turn decides then, and needs go before wishes. For example, of a service that wants 12 for its 2
/// tasks, one that wants 55 for 50, and one that wants 3 for 4, the first is first and the last is
/// last.
package struct TurnQueue: Sendable {
    package enum Step: Equatable, Sendable {
        case grant(Int)
        case wait(Duration)
        case idle
    }

    private var bucket: TokenBucket
    /// In the order in which they asked; services by number.
    private var waiting: [Int] = []

    package init(burst: Double, perSecond: Double, now: Instant) {
        bucket = TokenBucket(burst: burst, perSecond: perSecond, now: now)
    }

    package mutating func ask(_ service: Int) {
        if !waiting.contains(service) { waiting.append(service) }
    }

    /// `urgency` is asked for each that waits, as it changes while they wait.
    package mutating func next(now: Instant, urgency: (Int) -> Double) -> Step {
        guard !waiting.isEmpty else { return .idle }
        switch bucket.reserve(now: now, waitMax: .zero) {
        case .failure(let refusal): return .wait(refusal.wait)
        case .success:
            var first = 0
            if waiting.count > 1 {
                let urgencies = waiting.map(urgency)
                for index in urgencies.indices where urgencies[index] > urgencies[first] {
                    first = index
                }
            }
            return .grant(waiting.remove(at: first))
        }
    }
}
