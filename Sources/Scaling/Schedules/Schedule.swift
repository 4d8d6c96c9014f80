/// Bounds that hold for a while, from each moment that a cron expression gives.
package struct Schedule: Equatable, Sendable {
    package let name: String
    package let cron: CronExpression
    package let zone: TimeZoneRules
    /// For how long the bounds hold from each of those moments on, by the zone's clock where that
    /// is longer; `Limits.scheduleDurationMin` to `Limits.scheduleDurationMax`.
    package let duration: Duration
    /// Replaces the policy's `minTasks`, `maxTasks`; `nil` leaves it.
    package let minTasks: Int?
    package let maxTasks: Int?
    /// Unix milliseconds after which the schedule is over; `nil` means never. A raised minimum that
    /// was forgotten costs money: give it an end.
    package let expiresMs: Int64?

    package init(
        name: String, cron: String, zone: TimeZoneRules = .utc, duration: Duration,
        minTasks: Int? = nil, maxTasks: Int? = nil, expiresMs: Int64? = nil
    ) throws(PolicyError) {
        self.name = name
        self.cron = try CronExpression(cron)
        self.zone = zone
        self.duration = duration
        self.minTasks = minTasks
        self.maxTasks = maxTasks
        self.expiresMs = expiresMs
    }

    /// When the bounds that hold from that moment on end, in Unix milliseconds: after the duration,
    /// or when the zone's clock shows that it has passed, whichever is later.
    ///
    /// Who writes 86,400 s means a day, and a day on which clocks are set back has 25 hours. For
    /// example, a night of eight hours from 22:00 and a day from 06:00 join on that day too.
    func endMs(beganAtMs begin: Int64) -> Int64 {
        let end = begin + duration.wholeMilliseconds
        let before = zone.offsetSeconds(atUnix: begin / 1000)
        let after = zone.offsetSeconds(atUnix: end / 1000)
        return end + Int64(max(0, before - after)) * 1000
    }
}
