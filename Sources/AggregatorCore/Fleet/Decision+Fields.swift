import Scaling
import Values

extension Decision {
    /// The decision for the log, for `GET /v1/services` and for SNS: all of its numbers, and why.
    package var fields: [LogField] {
        var fields = [
            LogField("kind", kind.rawValue),
            LogField("from", from),
            LogField("to", to),
            LogField("reason", reason),
            LogField("metric", inputs.metric.rawValue),
            LogField("load", inputs.load),
            LogField("target", inputs.target),
            LogField("demand", inputs.demand),
            LogField("planned", inputs.planned),
            LogField("wanted", inputs.wanted),
            LogField("mode", inputs.mode.rawValue),
        ]
        if let served = inputs.servedAtOnce {
            fields.append(LogField("servedAtOnce", served))
        }
        if let leadTime = inputs.leadTime {
            fields.append(LogField("leadTimeSeconds", leadTime.inSeconds))
        }
        fields += [
            LogField("tasksLive", inputs.tasksLive),
            LogField("tasksStale", inputs.tasksStale),
            LogField("tasksMissing", inputs.tasksMissing),
            LogField("tasksStarting", inputs.tasks.starting),
            LogField("tasksDraining", inputs.tasks.draining),
            LogField("tasksDown", inputs.tasks.down),
            LogField("tasksSaturated", inputs.tasks.saturated),
            LogField("tasksForeign", inputs.tasks.strangers),
            LogField("runningCount", inputs.runningCount),
            LogField("pendingCount", inputs.pendingCount),
            LogField("min", inputs.minTasks),
            LogField("max", inputs.maxTasks),
        ]
        return fields
    }
}
