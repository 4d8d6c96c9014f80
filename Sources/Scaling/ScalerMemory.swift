import Values

/// What a scaler knows of the past besides what was learnt: the counts of its windows, the changes
/// of the desired count, and how long tasks took to start.
///
/// Moments are ages when it was taken, since monotonic clocks do not outlive their machine. For
/// example, a count of 12 was wanted 40 s before the memory was taken. Restored 20 s later it is 60
/// s old, and keeps the count at 12 for what is left of the stabilization window.
package struct ScalerMemory: Equatable, Sendable {
    package struct Count: Equatable, Sendable {
        package var age: Duration
        /// Tasks; of a change, below 0 for a lowering.
        package var tasks: Int

        package init(age: Duration, tasks: Int) {
            self.age = age
            self.tasks = tasks
        }
    }

    /// Oldest first, each.
    package var wanted: [Count] = []
    package var found: [Count] = []
    package var changes: [Count] = []
    package var startSeconds: [Double] = []

    package init() {}
}

extension Scaler {
    package func memory(now: Instant) -> ScalerMemory {
        var memory = ScalerMemory()
        memory.wanted = wantedMax.remembered.map { .init(age: now - $0.at, tasks: $0.value) }
        memory.found = foundMax.remembered.map { .init(age: now - $0.at, tasks: $0.value) }
        let changes =
            outChanges.remembered.count > inChanges.remembered.count ? outChanges : inChanges
        memory.changes = changes.remembered.map { .init(age: now - $0.at, tasks: $0.tasks) }
        memory.startSeconds = starts.remembered
        return memory
    }

    /// Takes in what was known `elapsed` ago; before the first report.
    package mutating func restore(
        _ memory: ScalerMemory, elapsed: Duration, now: Instant
    ) {
        func moment(_ count: ScalerMemory.Count) -> Instant {
            now + (.zero - max(.zero, count.age) - max(.zero, elapsed))
        }
        for count in memory.wanted { wantedMax.insert(count.tasks, at: moment(count)) }
        for count in memory.found { foundMax.insert(count.tasks, at: moment(count)) }
        for count in memory.changes {
            outChanges.insert(count.tasks, now: moment(count))
            inChanges.insert(count.tasks, now: moment(count))
        }
        starts.restore(memory.startSeconds)
    }
}
