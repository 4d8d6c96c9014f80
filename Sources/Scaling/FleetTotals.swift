/// The load of a whole service at once, for a simulation that has no single tasks.
package struct FleetTotals: Equatable, Sendable {
    /// Tasks that serve, all of which report.
    package var tasks: Int
    package var busy: Double
    package var active: Double
    package var requestsPerSecond: Double

    package init(tasks: Int, busy: Double, active: Double, requestsPerSecond: Double) {
        self.tasks = tasks
        self.busy = busy
        self.active = active
        self.requestsPerSecond = requestsPerSecond
    }
}
