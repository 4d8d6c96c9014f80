/// How many tasks of a service are what; each task is in one of the first groups.
package struct TaskCounts: Equatable, Sendable {
    /// Serve, and count with what they report.
    package var live = 0
    /// Drain: their load counts, and no capacity.
    package var draining = 0
    /// Report, and have no sample yet.
    package var starting = 0
    /// Report, but their nginx does not answer, and nothing waits for it.
    package var down = 0
    /// Fell silent, and ECS still runs them.
    package var stale = 0
    /// ECS runs them, and they never reported.
    package var missing = 0

    /// Of the missing, those that have been so for longer than a task starts.
    package var mute = 0
    /// The same, where so many are mute that the others do not speak for them.
    package var isolated = 0
    /// Of the live, those whose nginx has more work than it can do.
    package var saturated = 0
    /// Of the saturated, those whose nginx does not answer at all.
    package var unanswering = 0
    /// Of the live, those whose agents report, but have had no value for a while.
    package var blind = 0
    /// Of the live, those whose word is bounded by their neighbours.
    package var bounded = 0
    /// Report more than ECS runs: they drain without saying so, or nobody knows them.
    package var surplus = 0
    /// Not the service's: not counted.
    package var strangers = 0
    /// Of the live, those that report CPU, and those that report memory.
    package var withCPU = 0
    package var withMemory = 0

    package init() {}

    /// ECS runs them, and they are not heard.
    var unheard: Int { stale + missing }
    /// They count as the mean of the others before a raise.
    var imputed: Int { stale + mute }
    /// Nothing is known of their load now: they count as full before a lowering.
    var unknown: Int { unheard + down + blind }
}
