/// How much of the past is kept: so much in all, whatever the number of services.
///
/// For example, one service has an hour of seconds and two days of minutes, in 260 KB; a thousand
/// have 3 minutes of seconds and 3 hours of minutes each, in 15 MB.
struct HistoryLimits: Equatable, Sendable {
    let secondsMax: Int
    let minutesMax: Int
    /// What happened: decisions, and what else changed or held the count.
    let entriesMax: Int

    private static let pointsInAll = 400_000
    private static let entriesInAll = 10_000

    init(services: Int) {
        let share = Self.pointsInAll / max(1, services)
        secondsMax = min(3_600, share / 2)
        minutesMax = min(2_880, share / 2)
        entriesMax = min(500, max(10, Self.entriesInAll / max(1, services)))
    }
}
