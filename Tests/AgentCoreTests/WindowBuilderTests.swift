import AgentCore
import Telemetry
import Testing
import Values

@Suite struct WindowBuilderTests {
    private func at(_ milliseconds: Int64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    private func sample(
        _ milliseconds: Int64, busy: Int, requests: UInt64? = nil, restarts: Int = 0
    ) -> LoadSample {
        LoadSample(
            at: at(milliseconds), active: busy + 1, busy: busy, waiting: 0, restarts: restarts,
            increase: requests.map { CounterIncrease(accepts: 1, handled: 1, requests: $0) })
    }

    @Test func summarisesItsSamples() {
        var builder = WindowBuilder(start: at(0), startMs: 5000)
        builder.add(sample(50, busy: 2))
        builder.add(sample(100, busy: 8, requests: 30))
        builder.add(sample(150, busy: 5, requests: 10))
        builder.add(.timedOut)
        let window = builder.close(at: at(1000), endMs: 6000)
        #expect(window.startMs == 5000)
        #expect(window.lengthMs == 1000)
        #expect(window.samples == 3)
        #expect(window.failed == 1)
        #expect(window.gauges?.busy == GaugeSummary(min: 2, mean: 5, max: 8, last: 5))
        #expect(
            window.counters
                == WindowCounters(spanMs: 100, accepts: 2, handled: 2, requests: 40))
    }

    @Test func countersSpanTheBorderOfTwoWindows() {
        var builder = WindowBuilder(start: at(0), startMs: 0)
        builder.add(sample(990, busy: 1))
        _ = builder.close(at: at(1000), endMs: 1000)
        builder.add(sample(1040, busy: 1, requests: 7))
        let window = builder.close(at: at(2000), endMs: 2000)
        #expect(window.startMs == 1000)
        #expect(window.counters?.spanMs == 50)
        #expect(window.counters?.requests == 7)
    }

    @Test func withoutASampleNothingIsKnown() {
        var builder = WindowBuilder(start: at(0), startMs: 0)
        for _ in 0..<20 { builder.add(.timedOut) }
        let window = builder.close(at: at(1000), endMs: 1000)
        #expect(window.samples == 0)
        #expect(window.failed == 20)
        #expect(window.gauges == nil)
        #expect(window.counters == nil)
    }

    @Test func aRestartIsCountedAndItsIncreaseIsUnknown() {
        var builder = WindowBuilder(start: at(0), startMs: 0)
        builder.add(sample(50, busy: 1))
        builder.add(sample(100, busy: 1, requests: 5))
        builder.add(sample(150, busy: 1, restarts: 1))
        builder.add(sample(200, busy: 1, requests: 3))
        let window = builder.close(at: at(1000), endMs: 1000)
        #expect(window.restarts == 1)
        #expect(window.counters?.requests == 8)
        #expect(window.counters?.spanMs == 100, "the span of the restart is left out")
    }
}

@Suite struct CounterTrackerTests {
    private func status(_ accepts: UInt64, _ requests: UInt64) -> StubStatus {
        StubStatus(
            active: 1, accepts: accepts, handled: accepts, requests: requests, reading: 0,
            writing: 1, waiting: 0)
    }

    @Test func leavesOutTheAgentsOwnShare() {
        var tracker = CounterTracker()
        #expect(tracker.advance(status(1, 1), ownRequests: 1, ownConnections: 1) == .unknown)
        #expect(
            tracker.advance(status(4, 12), ownRequests: 1, ownConnections: 0)
                == .grew(CounterIncrease(accepts: 3, handled: 3, requests: 10)))
        #expect(
            tracker.advance(status(5, 12), ownRequests: 3, ownConnections: 2)
                == .grew(CounterIncrease(accepts: 0, handled: 0, requests: 0)))
    }

    @Test func aCounterThatRunsBackwardsIsARestart() {
        var tracker = CounterTracker()
        _ = tracker.advance(status(100, 1000), ownRequests: 1, ownConnections: 1)
        #expect(tracker.advance(status(1, 1), ownRequests: 1, ownConnections: 1) == .restarted)
        #expect(
            tracker.advance(status(1, 3), ownRequests: 1, ownConnections: 0)
                == .grew(CounterIncrease(accepts: 0, handled: 0, requests: 1)))
    }

    @Test func whatGrewWhileNginxWasAwayIsUnknown() {
        var tracker = CounterTracker()
        _ = tracker.advance(status(1, 1), ownRequests: 1, ownConnections: 1)
        tracker.lost()
        // Another nginx may have counted further than the one before.
        #expect(
            tracker.advance(status(500, 900), ownRequests: 1, ownConnections: 1) == .unknown)
    }
}
