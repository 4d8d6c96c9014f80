/// The mean time a request is served, without waiting, by Little's law; and so how much work the
/// requests are that arrive.
///
/// When tasks are full, requests wait and `busy ÷ rate` overstates the work. Then the time of
/// before holds, and follows what is seen only slowly, in case the service did become slower.
struct ServiceTime: Sendable {
    private static let tauSeconds = 30.0
    private static let tauFullSeconds = 600.0
    private var mean = DecayingMean(seconds: tauSeconds)
    private var slowMean = DecayingMean(seconds: tauFullSeconds)

    /// `nil` before any request was seen.
    var seconds: Double? {
        mean.isStarted ? mean.value : nil
    }

    /// `isFull` says that requests may wait.
    mutating func advance(busy: Double, rate: Double, isFull: Bool, seconds: Double) {
        guard rate > 0, busy > 0 else { return }
        let seen = busy / rate
        guard isFull, mean.isStarted, seen > mean.value else {
            mean.advance(seen, seconds: seconds)
            slowMean.restart(at: mean.value)
            return
        }
        slowMean.advance(seen, seconds: seconds)
        // At most twice as long within the time constant, so that a queue does not run away.
        mean.restart(at: min(slowMean.value, mean.value * (1 + seconds / Self.tauFullSeconds)))
    }
}
