import Values

/// Tells a surge from a stall: a surge brings requests, a stall only keeps those that came.
///
/// While a database pauses for 200 ms, requests go on arriving at the usual rate and none leaves:
/// busy doubles in every task, and a moment later it is back. More tasks would not help. For
/// example, 100 requests a second arrive and 20 are busy. After a pause of 200 ms 40 are: as many
/// as arrived meanwhile. If 120 are busy, they cannot be explained by the usual arrivals of half a
/// second, so more arrived.
///
/// Newer samples than the last second's mean therefore count only with more arrivals; and without
/// more arrivals the least of the last two seconds counts. Service that has become slower for good
/// shows two seconds later.
struct Arrivals: Sendable {
    private static let usualSeconds = 15.0
    private static let calmWindow = Duration.milliseconds(1_500)
    /// While nothing leaves, the newest sample is at most this much of a second's arrivals above
    /// the last second's mean.
    static let stalledSeconds = 0.6

    private var usual = DecayingMean(seconds: usualSeconds)
    /// Of negated values: their maximum is the least.
    private var calm = SlidingMax<Double>(window: calmWindow, resolution: .milliseconds(100))
    private var next = Usual()
    /// What was usual when the last reading was settled: silence changes nothing.
    private var last = Usual()

    struct Usual: Equatable, Sendable {
        /// Requests a second as they usually arrive.
        var rate: Double?
        /// The least busy of the last seconds.
        var busy: Double?
    }

    /// A reading that `usual(isNew: true)` was noted in held for the last `seconds`.
    mutating func settle(_ reading: FleetReading, seconds: Double, now: Instant) {
        last = next
        usual.advance(reading.rate, seconds: seconds)
        calm.insert(-reading.busy, at: now)
        guard usual.value > 0 else {
            next = Usual()
            return
        }
        next = Usual(rate: usual.value, busy: calm.value(at: now).map { -$0 })
    }

    /// What is usual, for a reading of reports that were not settled yet, or for the last one.
    func usual(isNew: Bool) -> Usual {
        isNew ? next : last
    }
}

extension FleetReading {
    /// Whether more requests arrive than usual, by more than chance; `nil` where that is not known.
    private var arrivalsRose: Bool? {
        guard let usualRate = usual.rate else { return nil }
        let second = usualRate + 3 * max(1, usualRate).squareRoot()
        let newest = usualRate + 3 * (max(1, usualRate) * newestSpansPerSecond).squareRoot()
        return rate > second || rateNewest > newest
    }

    /// Requests in service, without those that only wait for a stall to end.
    var busyLevel: Double {
        let level = Self.pick(busy, busyNewest, perSample: 1)
        // What waits in the kernel is no stall: it has not arrived at nginx yet.
        guard tasks.saturated == 0, let usualRate = usual.rate, arrivalsRose == false else {
            return level
        }
        if busyNewest - busy > Arrivals.stalledSeconds * usualRate { return level }
        return min(usual.busy ?? busy, busy)
    }
}
