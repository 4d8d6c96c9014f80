import Control
import HTTPServer
import Scaling

/// `GET /metrics`: everything as Prometheus reads it.
///
/// The number of series is bounded: outcomes and results are fixed sets, services are those
/// configured, and nothing has a task as a label.
package struct MetricsView: Sendable {
    private let counters: Metrics
    private let fleet: Fleet
    private let announcements: AnnouncementCounters

    package init(metrics: Metrics, fleet: Fleet, announcements: AnnouncementCounters) {
        self.announcements = announcements
        counters = metrics
        self.fleet = fleet
    }

    func response() -> HTTPResponse {
        HTTPResponse(
            status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8",
            body: Array(text().utf8))
    }

    func text() -> String { metrics.text }

    /// All of them, as they are now.
    var metrics: MetricsText {
        var out = MetricsText()
        writeProgram(&out)
        writeIngest(&out)
        writeCalls(&out)
        let services = fleet.services.map { $0.snapshot() }
        writeCounts(services, &out)
        writeHolds(services, &out)
        writeLoad(services, &out)
        writeActions(services, &out)
        writeClocks(services, &out)
        return out
    }

    private func writeProgram(_ out: inout MetricsText) {
        out.begin("aggregator_build_info", .gauge, "The program's version; always 1.")
        out.sample(1, ["version": AggregatorVersion.text])
        guard let process = ProcessFigures.read() else { return }
        out.begin(
            "process_cpu_seconds_total", .counter, "Total user and system CPU time in seconds.")
        out.sample(process.cpuSeconds)
        out.begin("process_resident_memory_bytes", .gauge, "Resident memory size in bytes.")
        out.sample(process.residentBytes)
        out.begin(
            "process_start_time_seconds", .gauge, "Start time of the process, in Unix seconds.")
        out.sample(process.startTimeSeconds)
    }

    private func writeIngest(_ out: inout MetricsText) {
        out.begin("aggregator_reports_total", .counter, "Requests with reports, by outcome.")
        for outcome in ReportOutcome.allCases {
            out.sample(counters.ingest[outcome], ["outcome": outcome.words.name])
        }
        out.begin(
            "aggregator_reports_clock_skew_total", .counter,
            "Accepted reports of tasks whose clock is far off.")
        out.sample(counters.ingest.clockSkew.value)
        out.begin(
            "aggregator_shed_ratio", .gauge,
            "Share of the reports that is answered with 429 to lower the load.")
        out.sample(Double(counters.shedder.permille) / 1000)
        out.begin(
            "aggregator_lines_dropped_total", .counter,
            "Lines of the log and of metrics that were lost, as their reader was behind or gone.")
        let dropped = counters.output.dropped
        out.sample(dropped.log, ["of": "log"])
        out.sample(dropped.metrics, ["of": "metrics"])
        out.begin("aggregator_connections", .gauge, "Open connections of clients.")
        out.sample(counters.listener.open.value)
        out.begin(
            "aggregator_connections_closed_total", .counter,
            "Connections closed by the listener, by reason.")
        out.sample(counters.listener.closedForRoom.value, ["reason": "room"])
        out.sample(counters.listener.closedOfAddress.value, ["reason": "address"])
        out.sample(counters.listener.refused.value, ["reason": "refused"])
        out.sample(counters.listener.closedLate.value, ["reason": "late"])
        out.begin(
            "aggregator_answers_held_total", .counter,
            "Refusals that waited, so that others need not.")
        out.sample(counters.listener.heldAnswers.value)
        out.begin(
            "aggregator_requests_ambiguous_total", .counter,
            "Requests whose end two servers may see at two places; refused.")
        out.sample(counters.listener.ambiguous.value)
    }

    private func writeCalls(_ out: inout MetricsText) {
        out.begin(
            "aggregator_aws_attempts_total", .counter, "Attempts at calls to AWS, by result.")
        for (key, count) in counters.calls.all {
            out.sample(
                count,
                ["service": key.service, "operation": key.operation, "result": key.result])
        }
        out.begin(
            "aggregator_aws_attempt_duration_seconds", .histogram,
            "Seconds from a call's being sent to its answer.")
        out.histogram(counters.calls.durations)
        out.begin(
            "aggregator_reaction_seconds", .histogram,
            "Seconds from the report that first asked for a change until ECS took it.")
        out.histogram(counters.reaction)
    }

    private func writeCounts(_ services: [ServiceSnapshot], _ out: inout MetricsText) {
        let gauges: [(String, String, (ServiceCounts) -> Int)] = [
            ("desired", "Desired count of tasks, as ECS says.", \.desiredCount),
            ("running", "Running tasks, as ECS says.", \.runningCount),
            ("pending", "Pending tasks, as ECS says.", \.pendingCount),
        ]
        for (name, help, value) in gauges {
            out.begin("aggregator_service_\(name)_tasks", .gauge, help)
            // Unknown is not zero: a service that ECS has not described has no sample.
            for service in services {
                guard let counts = service.counts else { continue }
                out.sample(value(counts), labels(service))
            }
        }
        out.begin(
            "aggregator_service_missing", .gauge, "1 when ECS does not know the service.")
        for service in services { out.sample(service.isMissing ? 1 : 0, labels(service)) }
    }

    private func writeHolds(_ services: [ServiceSnapshot], _ out: inout MetricsText) {
        out.begin(
            "aggregator_service_counts_age_seconds", .gauge,
            "Seconds since ECS was last asked for the counts, and answered.")
        for service in services {
            guard let age = service.countsAge else { continue }
            out.sample(age.inSeconds, labels(service))
        }
        out.begin(
            "aggregator_service_held", .gauge,
            "1 while something that lasts keeps the service from being scaled as its load asks.")
        for service in services {
            for hold in ControlHold.allCases {
                out.sample(
                    service.holds.contains(hold) ? 1 : 0,
                    [
                        "cluster": service.configuration.key.cluster,
                        "service": service.configuration.key.service, "hold": hold.rawValue,
                    ])
            }
        }
        out.begin(
            "aggregator_service_foreign_changes_total", .counter,
            "Changes of the desired count that somebody else made.")
        for service in services { out.sample(service.changes.foreign, labels(service)) }
        out.begin(
            "aggregator_service_partner_changes_total", .counter,
            "Changes of the desired count that the other aggregator made.")
        for service in services { out.sample(service.changes.partner, labels(service)) }
    }

    private func writeLoad(_ services: [ServiceSnapshot], _ out: inout MetricsText) {
        let gauges: [(String, String, (DecisionInputs) -> Double)] = [
            ("demand_tasks", "What the load is worth now, in tasks.", \.demand),
            ("planned_tasks", "What is planned for, in tasks.", \.planned),
            ("load", "The deciding metric's total over the service.", \.load),
            ("live_tasks", "Tasks whose reports are fresh.", { Double($0.tasksLive) }),
            ("stale_tasks", "Tasks that fell silent.", { Double($0.tasksStale) }),
            ("missing_tasks", "Running tasks that never reported.", { Double($0.tasksMissing) }),
            (
                "saturated_tasks", "Live tasks whose nginx has more work than it can do.",
                { Double($0.tasks.saturated) }
            ),
            ("draining_tasks", "Tasks that drain.", { Double($0.tasks.draining) }),
            (
                "starting_tasks", "Tasks that report and have no sample yet.",
                { Double($0.tasks.starting) }
            ),
            (
                "down_tasks", "Tasks whose nginx does not answer, and nothing waits for it.",
                { Double($0.tasks.down) }
            ),
            (
                "foreign_tasks", "Tasks that report and are not the service's: not counted.",
                { Double($0.tasks.strangers) }
            ),
        ]
        for (name, help, value) in gauges {
            out.begin("aggregator_service_\(name)", .gauge, help)
            for service in services {
                guard let decision = service.decision else { continue }
                out.sample(value(decision.inputs), labels(service))
            }
        }
    }

    private func writeActions(_ services: [ServiceSnapshot], _ out: inout MetricsText) {
        out.begin(
            "aggregator_service_changes_total", .counter,
            "Changes of the desired count that ECS took, by direction.")
        for service in services {
            for (direction, count) in [("out", service.changes.out), ("in", service.changes.in)] {
                out.sample(
                    count,
                    [
                        "cluster": service.configuration.key.cluster,
                        "service": service.configuration.key.service, "direction": direction,
                    ])
            }
        }
        out.begin(
            "aggregator_service_change_failures_total", .counter,
            "Changes of the desired count that failed.")
        for service in services { out.sample(service.changes.failed, labels(service)) }
        out.begin("aggregator_service_paused", .gauge, "1 while an operator paused the service.")
        for service in services {
            let isPaused = service.overrides.contains { $0.kind == .pause }
            out.sample(isPaused ? 1 : 0, labels(service))
        }
        writeOverrides(services, &out)
        writeEvents(&out)
        out.begin("aggregator_service_reports_total", .counter, "Reports of the service's tasks.")
        for service in services { out.sample(service.reports.accepted, labels(service)) }
    }

    private func writeEvents(_ out: inout MetricsText) {
        out.begin(
            "aggregator_service_events_total", .counter,
            "What happened to a service, by the event of the log.")
        for service in fleet.services {
            for (event, count) in service.history.eventCounts {
                out.sample(
                    count,
                    [
                        "cluster": service.key.cluster, "service": service.key.service,
                        "event": event,
                    ])
            }
        }
        out.begin(
            "aggregator_announcements_total", .counter, "Messages to SNS topics, by result.")
        for (result, count) in announcements.all { out.sample(count, ["result": result]) }
    }

    private func writeOverrides(_ services: [ServiceSnapshot], _ out: inout MetricsText) {
        out.begin(
            "aggregator_service_override", .gauge,
            "1 while an operator's override of the kind is in force.")
        for service in services {
            for kind in OverrideKind.allCases {
                out.sample(
                    service.overrides.contains { $0.kind == kind } ? 1 : 0,
                    [
                        "cluster": service.configuration.key.cluster,
                        "service": service.configuration.key.service, "kind": kind.rawValue,
                    ])
            }
        }
    }

    /// Where no task reported its clock lately, there is no sample.
    private func writeClocks(_ services: [ServiceSnapshot], _ out: inout MetricsText) {
        out.begin(
            "aggregator_service_clock_error_seconds", .gauge,
            "The largest bound of a task's clock error that ECS gave lately.")
        for service in services {
            guard let clock = service.clock else { continue }
            out.sample(clock.errorMs / 1000, labels(service))
        }
        out.begin(
            "aggregator_service_clock_unsynchronized", .gauge,
            "1 when ECS lately said that a task's clock is not synchronized.")
        for service in services {
            guard let clock = service.clock else { continue }
            out.sample(clock.isSynchronized ? 0 : 1, labels(service))
        }
    }

    private func labels(_ service: ServiceSnapshot) -> KeyValuePairs<String, String> {
        let key = service.configuration.key
        return ["cluster": key.cluster, "service": key.service]
    }
}
