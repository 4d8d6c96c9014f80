import Values

/// Whether nearly all of the load vanished within seconds, as when something in front of the
/// service fails.
///
/// People do not all leave within seconds, and they come back at once when what failed works again.
/// A careful person waits some minutes before lowering anything. For example, 50 tasks' worth of
/// requests falls to 1 within three seconds: nothing is lowered for five minutes, or until half of
/// the load is back. Afterwards the limit on lowering goes on.
///
/// A mean of 2 s is set against one of a minute. Load that fades takes minutes to fall to a tenth,
/// so that the slow mean follows.
struct DemandCollapse: Sendable {
    /// What is left, as a share of what was there.
    private static let vanishedShare = 0.07
    private static let returnedShare = 0.5
    /// Less than this many tasks' worth of load comes and goes by chance.
    private static let leastTasks = 0.5
    private static let hold = Duration.seconds(300)

    private var fast = DecayingMean(seconds: 2)
    private var slow = DecayingMean(seconds: 60)
    private var before = 0.0
    private var until: Instant?

    /// The load was worth `tasks` for the last `seconds`, until `now`; gives whether it came back.
    mutating func settle(_ tasks: Double, seconds: Double, now: Instant) -> Bool {
        let held = holds(now: now)
        fast.advance(tasks, seconds: seconds)
        slow.advance(tasks, seconds: seconds)
        if fast.value >= before * Self.returnedShare { until = nil }
        if until == nil, slow.value >= Self.leastTasks,
            fast.value < slow.value * Self.vanishedShare
        {
            before = slow.value
            until = now + Self.hold
        }
        return held && !holds(now: now)
    }

    func holds(now: Instant) -> Bool {
        until.map { now < $0 } ?? false
    }
}
