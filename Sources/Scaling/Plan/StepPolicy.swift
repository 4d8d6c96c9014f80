/// The policy of aws-samples/aws-fargate-fast-autoscaler, without its faults: the average of a
/// metric over all tasks, not three, leads to a fixed count of tasks.
///
/// A step is a floor, so that 20 tasks at an average of 60 stay 20. With scale-in enabled, a lower
/// count is wanted only where it would not lead straight back up.
package struct StepPolicy: Equatable, Sendable {
    package struct Step: Equatable, Sendable {
        /// The average per task from which on this step holds.
        package var threshold: Double
        /// The count of tasks it leads to.
        package var tasks: Int

        package init(threshold: Double, tasks: Int) {
            self.threshold = threshold
            self.tasks = tasks
        }
    }

    package var metric: Metric
    /// Thresholds and counts both ascending; 1 to `Limits.stepsMax`.
    package var steps: [Step]

    package init(metric: Metric = .active, steps: [Step] = StepPolicy.sample) {
        self.metric = metric
        self.steps = steps
    }

    /// The steps of the sample.
    package static let sample = [
        Step(threshold: 50, tasks: 2), Step(threshold: 100, tasks: 10),
        Step(threshold: 300, tasks: 15), Step(threshold: 500, tasks: 20),
    ]

    /// The count that `total`, now spread over `live` tasks, leads to from `current`; `floor` is
    /// the least count.
    ///
    /// Above `current` it is a raise; below it, the lowest count at which the same total would
    /// not raise again.
    package func tasks(total: Double, live: Int, current: Int, floor: Int) -> Int {
        let raised = step(average: total / Double(max(1, live)))?.tasks ?? 0
        if raised > current { return raised }
        for candidate in ([floor] + steps.map(\.tasks)).sorted()
        where candidate >= floor && candidate < current {
            let again = step(average: total / Double(max(1, candidate)))?.tasks ?? 0
            if again <= candidate { return candidate }
        }
        return current
    }

    /// The highest step that an average reaches.
    package func step(average: Double) -> Step? {
        steps.last { average >= $0.threshold }
    }
}
