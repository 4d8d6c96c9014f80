/// What a run came to.
package struct Outcome: Equatable, Sendable {
    package var policy = ""
    package var workload = ""
    package var seconds = 0.0
    /// As billed: from the order of a task to its end, at least a minute each.
    package var taskSeconds = 0.0
    package var overloadedSeconds = 0.0
    package var requests = 0.0
    /// Requests that waited for a free place, or were refused.
    package var delayedRequests = 0.0
    /// Requests that no nginx had room for.
    package var refusedRequests = 0.0
    /// The 99th percentile of the time requests waited, in seconds.
    package var waitP99Seconds = 0.0
    package var waitMeanSeconds = 0.0
    package var changes = 0
    package var starts = 0
    /// Of the starts, those stopped again within `briefSeconds` of their order.
    package var briefStarts = 0
    package var runningMax = 0
    /// The most tasks ordered at any time.
    package var desiredMax = 0

    /// A task that lives for less was hardly needed.
    package static let briefSeconds = 300.0

    package var taskHours: Double { taskSeconds / 3600 }
    package var delayedShare: Double { requests > 0 ? delayedRequests / requests : 0 }
    package var refusedShare: Double { requests > 0 ? refusedRequests / requests : 0 }
    package var briefShare: Double {
        starts > 0 ? Double(briefStarts) / Double(starts) : 0
    }
    package var startsPerDay: Double { Double(starts) / max(seconds, 1) * 86_400 }
}

/// One line of a run's record, for charts.
package struct Sample: Equatable, Sendable {
    package var second: Double
    /// The work that arrives, in tasks; the mean over the sample's span.
    package var demand: Double
    package var demandMax: Double
    package var running: Int
    package var desired: Int
}
