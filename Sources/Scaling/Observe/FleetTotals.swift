/// The load of a whole service at once, for a simulation that has no single tasks.
package struct FleetTotals: Equatable, Sendable {
    /// Tasks that serve, all of which report.
    package var tasks: Int
    package var busy: Double
    package var active: Double
    package var requestsPerSecond: Double
    /// The newest of busy and rate, over a tenth of a second or so, where the others are means over
    /// the last second; the same without them.
    package var busyNewest: Double
    package var requestsPerSecondNewest: Double
    /// Percent of a task's limits, summed over the tasks; `nil` where it is not known.
    package var cpu: Double?
    package var memory: Double?

    package init(
        tasks: Int, busy: Double, active: Double, requestsPerSecond: Double,
        busyNewest: Double? = nil, requestsPerSecondNewest: Double? = nil, cpu: Double? = nil,
        memory: Double? = nil
    ) {
        self.tasks = tasks
        self.busy = busy
        self.active = active
        self.requestsPerSecond = requestsPerSecond
        self.busyNewest = busyNewest ?? busy
        self.requestsPerSecondNewest = requestsPerSecondNewest ?? requestsPerSecond
        self.cpu = cpu
        self.memory = memory
    }
}
