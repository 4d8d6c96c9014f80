/// What the forecasts are told at one instant, in tasks.
package struct DemandSignal: Equatable, Sendable {
    /// The work that arrives, without what waits, as a mean of about a second.
    package var work: Double
    /// The same from the newest samples, where they are above `work` by more than chance.
    package var workNewest: Double
    /// Requests in the tasks, waiting ones included.
    package var busy: Double
    /// Tasks that serve.
    package var serving: Int
    /// The variance of one second's mean of `work`, as a share of `work`: what one request weighs.
    package var noise: Double
    /// How long a request is served, in seconds; it turns waiting requests into waiting work.
    package var serviceSeconds: Double

    package init(
        work: Double, workNewest: Double? = nil, busy: Double, serving: Int, noise: Double,
        serviceSeconds: Double
    ) {
        self.work = work
        self.workNewest = max(work, workNewest ?? work)
        self.busy = busy
        self.serving = serving
        self.noise = noise
        self.serviceSeconds = serviceSeconds
    }

    /// The work of one request, in task-seconds, where the time in service is known.
    var requestWork: Double? {
        serviceSeconds > 0 ? noise : nil
    }

    /// Work that waits, in task-seconds.
    var queuedWork: Double {
        max(0, busy - Double(serving)) * serviceSeconds
    }
}
