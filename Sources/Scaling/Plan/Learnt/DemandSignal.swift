/// What the forecasts are told at one instant, in tasks.
package struct DemandSignal: Equatable, Sendable {
    /// The work that arrives, without what waits, as a mean of about a second.
    package var work: Double
    /// The same from the newest samples, where they are above `work` by more than chance.
    package var workNewest: Double
    /// Requests in the tasks, waiting ones included.
    package var busy: Double
    /// Of the work, what lasts: it neither waits nor adds to a queue.
    package var standing: Double
    /// Tasks that serve.
    package var serving: Int
    /// The variance of one second's mean of `work`, as a share of `work`: what one request weighs.
    package var noise: Double
    /// How long a request is served, in seconds; it turns waiting requests into waiting work.
    package var serviceSeconds: Double
    /// A task has as many places as its target; where it serves fewer requests at once, each takes
    /// more.
    package var placesPerRequest: Double

    package init(
        work: Double, workNewest: Double? = nil, busy: Double, standing: Double = 0, serving: Int,
        noise: Double, serviceSeconds: Double, placesPerRequest: Double = 1
    ) {
        self.work = work
        self.workNewest = max(work, workNewest ?? work)
        self.busy = busy
        self.standing = standing
        self.serving = serving
        self.noise = noise
        self.serviceSeconds = serviceSeconds
        self.placesPerRequest = placesPerRequest
    }

    /// The work of one request, in seconds of one of the target's places, where the time in service
    /// is known.
    var requestWork: Double? {
        serviceSeconds > 0 ? serviceSeconds * placesPerRequest : nil
    }

    /// By how much the newest samples must be above the mean before that is more than chance: three
    /// standard deviations of what is in service at one moment, or arrives in a tenth of a second.
    var newestDeviation: Double {
        let span = serviceSeconds > 0 ? min(1, serviceSeconds) : 1 / newestSpansPerSecond
        return 3 * (work * noise / max(span, 0.01)).squareRoot()
    }

    /// Work that waits, in task-seconds.
    var queuedWork: Double {
        max(0, busy - Double(serving)) * serviceSeconds
    }
}
