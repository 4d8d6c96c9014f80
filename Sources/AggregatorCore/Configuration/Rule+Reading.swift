import Scaling

extension ScalingPolicy.Rule {
    /// Either `target` or `steps`; `nil` when there is neither, both, or a mistake in it.
    init?(_ reader: inout ObjectReader) {
        let mistakesBefore = reader.problems.count
        let targets = Self.targets(&reader)
        let steps = Self.steps(&reader)
        guard reader.problems.count == mistakesBefore else { return nil }
        switch (targets, steps) {
        case (let targets?, nil): self = .target(targets)
        case (nil, let steps?): self = .steps(steps)
        case (nil, nil):
            reader.refuse("target", reader.line, "is missing: give target or steps")
            return nil
        case (_?, _?):
            reader.refuse("steps", reader.line, "cannot stand with target: choose one")
            return nil
        }
    }

    /// One object, or an array of them.
    private static func targets(_ reader: inout ObjectReader) -> [TargetMetric]? {
        guard let value = reader.value("target") else { return nil }
        var targets: [TargetMetric] = []
        let read: (inout ObjectReader) -> Void = { reader in
            let metric = reader.choice("metric", Metric.self)
            let target = reader.number("value", in: 0.001...Limits.targetMax)
            if let target {
                targets.append(TargetMetric(metric: metric ?? .busy, value: target))
            } else if reader.problems.isEmpty {
                reader.refuse("value", reader.line, "is missing")
            }
        }
        if case .array = value.content {
            reader.objects("target", countMax: Limits.targetMetricsMax, read)
        } else {
            reader.object("target", read)
        }
        return targets
    }

    private static func steps(_ reader: inout ObjectReader) -> StepPolicy? {
        let metric = reader.choice("stepsMetric", Metric.self)
        guard let value = reader.value("steps") else {
            if metric != nil { reader.refuse("stepsMetric", reader.line, "needs steps") }
            return nil
        }
        // The sample's steps have a name, so that nobody must copy them.
        if value.content == .string("sample") { return StepPolicy(metric: metric ?? .active) }
        var steps: [StepPolicy.Step] = []
        reader.objects("steps", countMax: Limits.stepsMax) { reader in
            let from = reader.number("from", in: 0.001...Limits.targetMax)
            let tasks = reader.integer("tasks", in: 1...Limits.tasksMax)
            if let from, let tasks {
                steps.append(StepPolicy.Step(threshold: from, tasks: tasks))
            } else if reader.problems.isEmpty {
                reader.refuse(from == nil ? "from" : "tasks", reader.line, "is missing")
            }
        }
        return StepPolicy(metric: metric ?? .active, steps: steps)
    }
}
