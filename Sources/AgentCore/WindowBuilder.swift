import Telemetry
import Transport
import Values

/// One successful sample: the load of all nginx processes of the task.
package struct LoadSample: Equatable, Sendable {
    package var at: Instant
    package var active: Int
    package var busy: Int
    package var waiting: Int
    package var restarts: Int
    /// The longest time that an nginx took to answer.
    package var took: Duration
    /// Whether nginx has ever served a request that was not the agent's.
    package var hasServed: Bool
    /// The growth since the successful sample before; `nil` when there is nothing to compare with.
    package var increase: CounterIncrease?

    package init(
        at: Instant, active: Int, busy: Int, waiting: Int, restarts: Int,
        increase: CounterIncrease?, took: Duration = .zero, hasServed: Bool = true
    ) {
        self.at = at
        self.active = active
        self.busy = busy
        self.waiting = waiting
        self.restarts = restarts
        self.increase = increase
        self.took = took
        self.hasServed = hasServed
    }
}

/// Aggregates the samples of one window after another.
package struct WindowBuilder: Sendable {
    /// When the window under way began.
    package private(set) var start: Instant
    private var startMs: Int64
    private var failures = SampleFailures()
    private var took: Duration?
    private var restarts = 0
    private var active = GaugeBuilder()
    private var busy = GaugeBuilder()
    private var waiting = GaugeBuilder()
    private var increase: CounterIncrease?
    private var spanNanoseconds: Int64 = 0
    private var lastSampleAt: Instant?
    /// What the task used, as last heard within this window.
    package var usage: WindowUsage?

    /// `startMs` is the wall clock's time at `start`.
    package init(start: Instant, startMs: Int64) {
        self.start = start
        self.startMs = startMs
    }

    package var isEmpty: Bool { busy.count == 0 && failures.total == 0 }

    package mutating func add(_ sample: LoadSample) {
        active.add(sample.active)
        busy.add(sample.busy)
        waiting.add(sample.waiting)
        restarts += sample.restarts
        took = max(took ?? .zero, sample.took)
        if let grown = sample.increase, let before = lastSampleAt {
            increase = increase.map { $0 + grown } ?? grown
            spanNanoseconds += sample.at.nanoseconds - before.nanoseconds
        }
        lastSampleAt = sample.at
    }

    package mutating func add(_ failure: ConnectionFailure) {
        switch failure {
        case .refused: failures.refused += 1
        case .timedOut: failures.timedOut += 1
        case .reset: failures.reset += 1
        case .cutShort: failures.cutShort += 1
        case .wrongAnswer: failures.wrongAnswer += 1
        }
    }

    /// Ends the window and begins the next at the same moment.
    package mutating func close(at end: Instant, endMs: Int64) -> Window {
        let lengthMs = max(1, Self.milliseconds(end.nanoseconds - start.nanoseconds))
        let window = Window(
            startMs: startMs, lengthMs: lengthMs, samples: busy.count, failed: failures.total,
            restarts: restarts, gauges: gauges, counters: counters, usage: usage,
            failures: failures.total > 0 ? failures : nil,
            sampleAgeMs: lastSampleAt.map {
                max(0, Self.milliseconds(end.nanoseconds - $0.nanoseconds))
            },
            sampleMs: took.map { Double($0.wholeNanoseconds) / 1e6 })
        let lastSampleAt = self.lastSampleAt
        self = WindowBuilder(start: end, startMs: endMs)
        self.lastSampleAt = lastSampleAt
        return window
    }

    private var gauges: WindowGauges? {
        guard let active = active.summary, let busy = busy.summary, let waiting = waiting.summary
        else { return nil }
        return WindowGauges(active: active, busy: busy, waiting: waiting)
    }

    private var counters: WindowCounters? {
        guard let increase, spanNanoseconds > 0 else { return nil }
        return WindowCounters(
            spanMs: max(1, Self.milliseconds(spanNanoseconds)), accepts: increase.accepts,
            handled: increase.handled, requests: increase.requests)
    }

    private static func milliseconds(_ nanoseconds: Int64) -> Int {
        Int((nanoseconds + 500_000) / 1_000_000)
    }
}

/// A gauge's running summary.
private struct GaugeBuilder: Sendable {
    private(set) var count = 0
    private var sum: Int64 = 0
    private var low = Int.max
    private var high = Int.min
    private var last = 0

    mutating func add(_ value: Int) {
        count += 1
        // A wrong page may say anything up to 63 bits; a sum must not trap.
        sum = sum.addingReportingOverflow(Int64(value)).partialValue
        low = min(low, value)
        high = max(high, value)
        last = value
    }

    var summary: GaugeSummary? {
        guard count > 0 else { return nil }
        return GaugeSummary(min: low, mean: Double(sum) / Double(count), max: high, last: last)
    }
}
