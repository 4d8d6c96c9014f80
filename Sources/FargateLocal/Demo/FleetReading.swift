import Telemetry

/// The load on running tasks, read from their status pages.
package struct FleetReading: Sendable {
    /// Requests in progress over all tasks that answered.
    package private(set) var busy = 0
    /// Open connections, idle ones too, over all tasks that answered.
    package private(set) var active = 0
    package private(set) var answeredCount = 0

    package var busyPerTask: Double {
        answeredCount == 0 ? 0 : Double(busy) / Double(answeredCount)
    }

    /// Asks each task; those that do not answer are left out, not counted as zero.
    package init(_ tasks: [TaskProbe]) {
        for task in tasks {
            guard
                let page = LoopbackClient.get(
                    port: task.ports.status, path: "/nginx_status", in: task.sandbox),
                page.status == 200,
                let status = try? StubStatus(parsing: Array(page.body.utf8))
            else { continue }
            busy += status.busy
            active += status.active
            answeredCount += 1
        }
    }
}
