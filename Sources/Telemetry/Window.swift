/// What a gauge did within a window.
package struct GaugeSummary: Equatable, Sendable {
    package var min: Int
    /// The arithmetic mean of the samples.
    package var mean: Double
    package var max: Int
    /// The newest sample.
    package var last: Int

    package init(min: Int, mean: Double, max: Int, last: Int) {
        self.min = min
        self.mean = mean
        self.max = max
        self.last = last
    }
}

/// The gauges of a window in which at least one sample succeeded.
package struct WindowGauges: Equatable, Sendable {
    /// Open connections, idle keep-alive ones included.
    package var active: GaugeSummary
    /// Requests being served: reading + writing − 1, without the agent's own status request.
    package var busy: GaugeSummary
    /// Idle keep-alive connections.
    package var waiting: GaugeSummary

    package init(active: GaugeSummary, busy: GaugeSummary, waiting: GaugeSummary) {
        self.active = active
        self.busy = busy
        self.waiting = waiting
    }
}

/// By how much nginx's counters grew between two successful samples of one nginx.
package struct WindowCounters: Equatable, Sendable {
    /// The time between those samples, in milliseconds: a rate is an increase over this span.
    package var spanMs: Int
    package var accepts: UInt64
    package var handled: UInt64
    /// Requests served, without the agent's own status requests.
    package var requests: UInt64

    package init(spanMs: Int, accepts: UInt64, handled: UInt64, requests: UInt64) {
        self.spanMs = spanMs
        self.accepts = accepts
        self.handled = handled
        self.requests = requests
    }
}

/// What the task used, in percent of the task's own limits, by the task metadata's statistics.
package struct WindowUsage: Equatable, Sendable {
    /// All containers; `nil` until two statistics can be compared, or without a limit.
    package var taskCPU: Double?
    package var taskMemory: Double?
    /// The backend's container, where it is named; in percent of the *task's* limits too.
    package var backendCPU: Double?
    package var backendMemory: Double?
    /// Of the scheduler's periods, those in which a container had used up its CPU.
    package var throttled: Double?

    package init(
        taskCPU: Double?, taskMemory: Double?, backendCPU: Double?, backendMemory: Double?,
        throttled: Double? = nil
    ) {
        self.taskCPU = taskCPU
        self.taskMemory = taskMemory
        self.backendCPU = backendCPU
        self.backendMemory = backendMemory
        self.throttled = throttled
    }
}

/// The samples of one span of time, aggregated.
///
/// Unknown is not zero: a window without a successful sample has no gauges, and one without two
/// successful samples of the same nginx to compare has no counters.
package struct Window: Equatable, Sendable {
    /// When the window began, by the task's clock, in milliseconds since 1970.
    package var startMs: Int64
    package var lengthMs: Int
    /// Samples that succeeded.
    package var samples: Int
    /// Samples that failed.
    package var failed: Int
    /// How often nginx restarted, seen by a counter that ran backwards.
    package var restarts: Int
    package var gauges: WindowGauges?
    package var counters: WindowCounters?
    /// `nil` unless the agent asks for the task's statistics and has them.
    package var usage: WindowUsage?
    /// The failed samples by kind; `nil` when none failed, or from an agent that does not say.
    package var failures: SampleFailures?
    /// The age of the newest good sample at the window's end; `nil` when there never was one.
    package var sampleAgeMs: Int?
    /// The longest time that a good sample of this window took; `nil` without one.
    package var sampleMs: Double?
    package var condition: TaskCondition
    /// `nil` where the kernel shows nothing.
    package var witnesses: WindowWitnesses?

    /// Without a condition it is the implied one.
    package init(
        startMs: Int64, lengthMs: Int, samples: Int, failed: Int, restarts: Int,
        gauges: WindowGauges?, counters: WindowCounters?, usage: WindowUsage? = nil,
        failures: SampleFailures? = nil, sampleAgeMs: Int? = nil, sampleMs: Double? = nil,
        condition: TaskCondition? = nil, witnesses: WindowWitnesses? = nil
    ) {
        self.startMs = startMs
        self.lengthMs = lengthMs
        self.samples = samples
        self.failed = failed
        self.restarts = restarts
        self.gauges = gauges
        self.counters = counters
        self.usage = usage
        self.failures = failures
        self.sampleAgeMs = sampleAgeMs
        self.sampleMs = sampleMs
        self.condition = condition ?? Self.impliedCondition(gauges)
        self.witnesses = witnesses
    }

    /// What a window says that names no condition: one with gauges serves.
    package static func impliedCondition(_ gauges: WindowGauges?) -> TaskCondition {
        gauges == nil ? .unknown : .serving
    }
}
