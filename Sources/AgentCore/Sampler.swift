import Platform
import Telemetry
import Transport
import Values

/// Takes one sample at a time of all nginx processes of the task.
package final class Sampler {
    package enum Outcome {
        case taken(LoadSample)
        /// At least one nginx gave no value: the sum is unknown.
        case failed(SampleError, ConnectionFailure, target: StatusTarget)
    }

    private let sources: [StatusSource]
    private let timeout: Duration
    /// When the sample under way has failed; `nil` when none is.
    package private(set) var deadline: Instant?

    package init(_ targets: [StatusTarget], timeout: Duration) {
        sources = targets.map { StatusSource($0) }
        self.timeout = timeout
    }

    package var isIdle: Bool { deadline == nil }

    /// Whether every nginx has answered or failed.
    package var isDecided: Bool {
        for source in sources where source.outcome == nil { return false }
        return true
    }

    /// Connections opened since the last sample that succeeded.
    package var connectionsOpened: Int {
        var count = 0
        for source in sources { count += source.connectionsOpened }
        return count
    }

    /// Adds what the sample under way waits for.
    package func addReadiness(to list: inout [Readiness]) {
        guard !isIdle else { return }
        for source in sources {
            if let readiness = source.readiness { list.append(readiness) }
        }
    }

    package func start(now: Instant) {
        precondition(isIdle, "at most one sample is under way")
        deadline = now + timeout
        for source in sources { source.start() }
    }

    /// Goes on without waiting; gives the outcome once it is known.
    package func advance(now: Instant) -> Outcome? {
        guard let deadline else { return nil }
        var isWhole = true
        for source in sources {
            source.advance()
            if source.outcome == nil && now >= deadline { source.abandon() }
            if source.outcome == nil { isWhole = false }
        }
        guard isWhole else { return nil }
        self.deadline = nil
        return outcome(now: now, took: now - deadline + timeout)
    }

    private func outcome(now: Instant, took: Duration) -> Outcome {
        for source in sources {
            if case .failure(let error) = source.outcome {
                return .failed(error, source.failure, target: source.target)
            }
        }
        var sample = LoadSample(
            at: now, active: 0, busy: 0, waiting: 0, restarts: 0,
            increase: CounterIncrease(accepts: 0, handled: 0, requests: 0), took: took,
            hasServed: false)
        for source in sources {
            guard case .success(let status) = source.outcome else { continue }
            sample.add(status, counted: source.count(status))
            if source.hasServed { sample.hasServed = true }
        }
        return .taken(sample)
    }
}

extension LoadSample {
    /// Adds one nginx; the increase is known only when it is for each of them.
    fileprivate mutating func add(_ status: StubStatus, counted step: CounterTracker.Step) {
        active = active.addingClamped(status.active)
        busy = busy.addingClamped(status.busy)
        waiting = waiting.addingClamped(status.waiting)
        switch step {
        case .unknown: increase = nil
        case .restarted:
            restarts += 1
            increase = nil
        case .grew(let grown): increase = increase.map { $0 + grown }
        }
    }
}

extension Int {
    /// A page may claim any number of 63 bits; sums of them must not trap.
    fileprivate func addingClamped(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
