/// What a policy may know at the end of a step: totals over the running tasks, averaged over it.
package struct Observation: Sendable {
    /// Seconds since the start.
    package var second: Double
    package var stepSeconds: Double
    /// Requests that arrived, a second.
    package var requestsPerSecond: Double
    /// Requests in the tasks, waiting ones included.
    package var busy: Double
    /// Tasks' worth of requests being served, at most all of them.
    package var tasksInUse: Double
    /// Open connections, idle ones included.
    package var active: Double
    package var running: Int
    package var desired: Int

    package var pending: Int { max(0, desired - running) }
}

/// A policy under simulation.
package protocol Autoscaler: Sendable {
    var name: String { get }
    /// The desired count from now on.
    mutating func desired(after observation: Observation) -> Int
}
