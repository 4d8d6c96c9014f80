import Values

/// Which lines of the log a call deserves that fails now and then: one when it begins to fail, one
/// when it has worked for a while, and none in between.
///
/// For example, a call that fails every other second brings one line each five minutes, with how
/// often it failed, rather than two lines each two seconds.
package struct TroubleLog: Sendable {
    package static let calmAfter = Duration.seconds(10)
    package static let repeatedAfter = Duration.seconds(300)

    private var failedAt: Instant?
    private var loggedAt: Instant?
    private var code: String?
    private var unlogged = 0

    package init() {}

    /// How many like failures were not logged since the last line; `nil` when this one is not
    /// either.
    package mutating func failed(code: String, now: Instant) -> Int? {
        failedAt = now
        // Two kinds that take turns are one trouble.
        let isCalm = loggedAt.map { now - $0 >= Self.calmAfter } ?? true
        let isNew = code != self.code && isCalm
        let isDue = loggedAt.map { now - $0 >= Self.repeatedAfter } ?? true
        guard isNew || isDue else {
            unlogged += 1
            return nil
        }
        defer {
            self.code = code
            loggedAt = now
            unlogged = 0
        }
        return unlogged
    }

    /// Whether this ends the trouble for the log.
    package mutating func answered(now: Instant) -> Bool {
        guard let failed = failedAt, now - failed >= Self.calmAfter else { return false }
        self = TroubleLog()
        return true
    }
}
