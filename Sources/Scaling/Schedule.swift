/// Bounds that hold for a while, from a moment that a cron expression gives.
package struct Schedule: Equatable, Sendable {
    package var name: String
    /// Five fields: minute, hour, day of month, month, day of week.
    package var cron: String
    /// For how long the bounds hold from each of those moments on.
    package var duration: Duration
    /// Replaces the policy's `minTasks`, `maxTasks`; `nil` leaves it.
    package var minTasks: Int?
    package var maxTasks: Int?
    /// Unix milliseconds after which the schedule is over; `nil` means never.
    package var expiresMs: Int64?

    package init(
        name: String, cron: String, duration: Duration, minTasks: Int? = nil, maxTasks: Int? = nil,
        expiresMs: Int64? = nil
    ) {
        self.name = name
        self.cron = cron
        self.duration = duration
        self.minTasks = minTasks
        self.maxTasks = maxTasks
        self.expiresMs = expiresMs
    }
}
