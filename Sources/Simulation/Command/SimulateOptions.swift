/// What is wrong with the command line.
package struct SimulateUsageError: Error, Equatable, CustomStringConvertible {
    package let description: String
}

/// The arguments of `aggregator simulate`.
package struct SimulateOptions: Equatable, Sendable {
    package var configFile: String?
    /// A file, or the name of a built-in trace.
    package var trace = ""
    /// The service of the configuration to simulate, the first one without it; and of a log the one
    /// to replay.
    package var service: String?
    package var compares = false
    /// What a trace's values are multiplied by.
    package var scale = 1.0
    /// Scales the trace so that its peak needs that many tasks.
    package var peakTasks: Double?
    package var serviceTimeMs = 200.0
    /// Requests that a task serves at once, where that is not its target.
    package var concurrency: Double?
    /// What waits in a task's nginx at most.
    package var queuePerTask = Double.infinity
    /// By how much the load of a task differs from the mean of all.
    package var imbalancePercent = 0.0
    /// Idle keep-alive connections that a load balancer holds open to each task.
    package var idleConnectionsPerTask = 0.0
    /// Seconds that each value of a trace is a sum over.
    package var perSeconds = 1.0
    package var seed: UInt64 = 7
    /// How long a step lasts; decisions are made at each.
    package var stepMs = 1_000.0
    package var svgFile: String?
    /// Where what was learnt is written to.
    package var stateFile: String?
    /// The wall clock at the trace's end.
    package var endUnixMs: Int64 = 0
    package var isJSON = false

    package static let usage = """
        usage: aggregator simulate --trace FILE|NAME [--config FILE] [--service NAME] [--compare]
                 [--per SECONDS] [--scale X | --peak TASKS] [--service-time-ms MS]
                 [--concurrency COUNT] [--queue REQUESTS] [--imbalance PERCENT]
                 [--idle CONNECTIONS] [--step-ms MS] [--seed N] [--state-out FILE]
                 [--svg FILE] [--json]
          FILE     one number a line (requests in each second), CSV of time and value in the order
                   of time (seconds, milliseconds, or as 2026-01-05T10:00:00Z), or a log of the
                   aggregator with its decisions in JSON, as it is or from `aws logs tail`; of
                   several services, the one that --service names; gzip is expanded
          SECONDS  that each value is a sum over (1: values are requests a second)
          COUNT    requests that a task serves at once (the target)
          REQUESTS that wait in each task's nginx at most; more are refused (unlimited)
          PERCENT  by which the load of a task differs from the mean of all (0)
          CONNECTIONS  idle ones that a load balancer keeps open to each task (0)
          MS       that a step lasts, 50 to 1000 (1000); below it for surges of seconds
          --state-out  writes what was learnt: `aggregator run` begins from it
          NAME     \(BuiltInTrace.allCases.map(\.rawValue).joined(separator: ", "))

        """

    package init(_ arguments: [String]) throws(SimulateUsageError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let name = parts.first ?? ""
            switch name {
            case "--compare" where parts.count == 1: compares = true
            case "--json" where parts.count == 1: isJSON = true
            default:
                guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                    throw SimulateUsageError(description: "\(name) needs a value")
                }
                try take(name, value)
            }
        }
        if trace.isEmpty { throw SimulateUsageError(description: "--trace is missing") }
        if scale != 1 && peakTasks != nil {
            throw SimulateUsageError(description: "--scale cannot stand beside --peak")
        }
    }

    private mutating func take(_ name: String, _ value: String) throws(SimulateUsageError) {
        switch name {
        case "--config": configFile = value
        case "--trace": trace = value
        case "--service": service = value
        case "--svg": svgFile = value
        case "--state-out": stateFile = value
        case "--step-ms": stepMs = try Self.number(name, value, in: 50...1_000)
        case "--per": perSeconds = try Self.number(name, value, in: 1...86_400)
        case "--scale": scale = try Self.number(name, value, in: 1e-6...1e9)
        case "--peak": peakTasks = try Self.number(name, value, in: 0.1...5_000)
        case "--service-time-ms": serviceTimeMs = try Self.number(name, value, in: 1...60_000)
        case "--concurrency": concurrency = try Self.number(name, value, in: 0.1...1e6)
        case "--queue": queuePerTask = try Self.number(name, value, in: 0...1e6)
        case "--imbalance": imbalancePercent = try Self.number(name, value, in: 0...100)
        case "--idle": idleConnectionsPerTask = try Self.number(name, value, in: 0...1e6)
        case "--seed": seed = UInt64(try Self.number(name, value, in: 0...1e15))
        default: throw SimulateUsageError(description: "unknown argument \(name)")
        }
    }

    private static func number(
        _ name: String, _ text: String, in range: ClosedRange<Double>
    ) throws(SimulateUsageError) -> Double {
        guard let value = Double(text), range.contains(value) else {
            throw SimulateUsageError(
                description:
                    "\(name) must be \(range.lowerBound) to \(range.upperBound), not \(text)"
            )
        }
        return value
    }
}
