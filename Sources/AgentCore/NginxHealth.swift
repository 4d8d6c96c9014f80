import Values

/// Whether nginx answers, and since when it does not.
struct NginxHealth {
    struct Outage {
        var failedSamples: Int
        var lastedMs: Int64
    }

    private var downSince: Instant?
    private var failedSamples = 0

    var isDown: Bool { downSince != nil }

    /// True for the first failure in a row.
    mutating func failed(now: Instant) -> Bool {
        failedSamples += 1
        guard downSince == nil else { return false }
        downSince = now
        return true
    }

    /// The outage that ended with this success, if there was one.
    mutating func succeeded(now: Instant) -> Outage? {
        guard let since = downSince else { return nil }
        let outage = Outage(
            failedSamples: failedSamples, lastedMs: (now - since).wholeMilliseconds)
        downSince = nil
        failedSamples = 0
        return outage
    }
}
