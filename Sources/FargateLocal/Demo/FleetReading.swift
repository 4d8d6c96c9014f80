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

    /// Asks each port; those that do not answer are left out, not counted as zero.
    package init(statusPorts: [UInt16]) {
        for port in statusPorts {
            guard let page = LoopbackClient.get(port: port, path: "/nginx_status"),
                page.status == 200,
                let status = try? StubStatus(parsing: Array(page.body.utf8))
            else { continue }
            busy += status.busy
            active += status.active
            answeredCount += 1
        }
    }
}
