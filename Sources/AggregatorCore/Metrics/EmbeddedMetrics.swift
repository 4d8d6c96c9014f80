import Platform
import Scaling
import Writing

/// Writes services' numbers as CloudWatch's embedded metric format, one line a service: dashboards
/// and alarms then cost no call of an API.
///
/// Source: "Specification: Embedded metric format", Amazon CloudWatch User Guide. The lines go to
/// standard output, where the awslogs driver takes them; the log itself goes to standard error.
struct EmbeddedMetrics: Sendable {
    let namespace: String
    let wallClockMs: @Sendable () -> Int64
    let write: @Sendable (String) -> Void

    init(
        namespace: String,
        wallClockMs: @escaping @Sendable () -> Int64 = { WallClock.nowMs() },
        write: @escaping @Sendable (String) -> Void
    ) {
        self.namespace = namespace
        self.wallClockMs = wallClockMs
        self.write = write
    }

    /// `nil` where none are wanted.
    init?(_ configuration: LogConfiguration, _ output: Output) {
        guard let namespace = configuration.embeddedMetricsNamespace else { return nil }
        self.init(namespace: namespace) { output.writeMetrics($0) }
    }

    /// Until it is cancelled.
    func run(_ fleet: Fleet, each period: Duration) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: period)
            guard !Task.isCancelled else { return }
            for service in fleet.services { writeLine(of: service.snapshot()) }
        }
    }

    func writeLine(of service: ServiceSnapshot) {
        var values: [(name: StaticString, value: Double)] = []
        // Unknown is not zero: what is not known has no metric.
        if let counts = service.counts {
            values.append(("DesiredCount", Double(counts.desiredCount)))
            values.append(("RunningCount", Double(counts.runningCount)))
            values.append(("PendingCount", Double(counts.pendingCount)))
        }
        if let inputs = service.decision?.inputs {
            values.append(("Demand", inputs.demand))
            values.append(("Planned", inputs.planned))
            values.append(("TasksLive", Double(inputs.tasksLive)))
            values.append(("TasksStale", Double(inputs.tasksStale)))
            values.append(("TasksSaturated", Double(inputs.tasks.saturated)))
            values.append(("TasksDraining", Double(inputs.tasks.draining)))
            values.append(("TasksStarting", Double(inputs.tasks.starting)))
            values.append(("TasksDown", Double(inputs.tasks.down)))
            values.append(("TasksForeign", Double(inputs.tasks.strangers)))
        }
        values.append(("ChangeFailures", Double(service.changes.failed)))
        write(line(service.configuration.key, values))
    }

    private func line(
        _ key: ServiceKey, _ values: [(name: StaticString, value: Double)]
    ) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("_aws")
            json.object { json in
                json.member("Timestamp", wallClockMs())
                json.key("CloudWatchMetrics")
                json.array { json in json.object { directive(values.map(\.name), to: &$0) } }
            }
            json.member("Cluster", key.cluster)
            json.member("Service", key.service)
            for (name, value) in values {
                json.key(name)
                json.thousandths(of: value)
            }
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }

    private func directive(_ names: [StaticString], to json: inout JSONWriter) {
        json.member("Namespace", namespace)
        json.key("Dimensions")
        json.array { json in
            json.array { json in
                json.string("Cluster" as String)
                json.string("Service" as String)
            }
        }
        json.key("Metrics")
        json.array { json in
            for name in names {
                json.object { json in
                    json.member("Name", "\(name)" as String)
                    json.member("Unit", "Count" as String)
                }
            }
        }
    }
}
