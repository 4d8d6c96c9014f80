/// Bounds that hold for a while, from each moment that a cron expression gives.
package struct Schedule: Equatable, Sendable {
    package let name: String
    package let cron: CronExpression
    package let zone: TimeZoneRules
    /// For how long the bounds hold from each of those moments on, `Limits.scheduleDurationMin`
    /// to `Limits.scheduleDurationMax`.
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
}
