import Telemetry
import Testing

@Suite struct WindowMergingTests {
    private func window(
        _ start: Int64, samples: Int, busy: GaugeSummary?, counters: WindowCounters?
    ) -> Window {
        Window(
            startMs: start, lengthMs: 1000, samples: samples, failed: 1, restarts: 1,
            gauges: busy.map { WindowGauges(active: $0, busy: $0, waiting: $0) },
            counters: counters)
    }

    @Test func weighsMeansBySamplesAndKeepsPeaks() throws {
        let merged = window(
            0, samples: 30, busy: GaugeSummary(min: 2, mean: 4, max: 9, last: 5),
            counters: WindowCounters(spanMs: 1000, accepts: 1, handled: 1, requests: 10)
        ).merged(
            with: window(
                1000, samples: 10, busy: GaugeSummary(min: 1, mean: 8, max: 8, last: 7),
                counters: WindowCounters(spanMs: 500, accepts: 2, handled: 2, requests: 5)))
        #expect(merged.startMs == 0)
        #expect(merged.lengthMs == 2000)
        #expect(merged.samples == 40)
        #expect(merged.failed == 2)
        #expect(merged.restarts == 2)
        #expect(merged.gauges?.busy == GaugeSummary(min: 1, mean: 5, max: 9, last: 7))
        #expect(
            merged.counters
                == WindowCounters(spanMs: 1500, accepts: 3, handled: 3, requests: 15))
    }

    @Test func unknownAddsNothing() {
        let gauge = GaugeSummary(min: 2, mean: 4, max: 9, last: 5)
        let known = window(0, samples: 30, busy: gauge, counters: nil)
        let unknown = window(1000, samples: 0, busy: nil, counters: nil)
        #expect(known.merged(with: unknown).gauges?.busy == gauge)
        #expect(unknown.merged(with: known).gauges?.busy == gauge)
        #expect(unknown.merged(with: unknown).gauges == nil)
    }

    private func window(_ failures: SampleFailures?, failed: Int) -> Window {
        Window(
            startMs: 0, lengthMs: 1000, samples: 0, failed: failed, restarts: 0, gauges: nil,
            counters: nil, failures: failures)
    }

    @Test func failuresAddUpWhileAllAreKnown() {
        let some = window(SampleFailures(refused: 1, timedOut: 2), failed: 3)
        let more = window(SampleFailures(timedOut: 1, wrongAnswer: 4), failed: 5)
        let none = window(nil, failed: 0)
        let untold = window(nil, failed: 2)
        #expect(
            some.merged(with: more).failures
                == SampleFailures(refused: 1, timedOut: 3, wrongAnswer: 4))
        #expect(some.merged(with: none).failures == some.failures)
        #expect(none.merged(with: some).failures == some.failures)
        #expect(none.merged(with: none).failures == nil)
        #expect(some.merged(with: untold).failures == nil)
        #expect(untold.merged(with: some).failures == nil)
    }

    @Test func statesAreThoseOfTheEndAndGrowthIsOfBoth() {
        var early = window(nil, failed: 0)
        early.condition = .saturated
        early.sampleAgeMs = 40
        early.sampleMs = 900
        early.witnesses = WindowWitnesses(
            acceptQueue: 9, acceptQueueLimit: 511, listenOverflows: 2, listenDrops: 1, sockets: 7)
        var late = window(nil, failed: 0)
        late.condition = .serving
        late.sampleMs = 3
        late.witnesses = WindowWitnesses(
            acceptQueue: 1, listenOverflows: 3, established: 5, unread: 4, closing: 3)
        let merged = early.merged(with: late)
        #expect(merged.condition == .serving)
        #expect(merged.sampleAgeMs == 1040)
        #expect(merged.sampleMs == 900)
        #expect(
            merged.witnesses
                == WindowWitnesses(
                    acceptQueue: 1, acceptQueueLimit: 511, listenOverflows: 5, listenDrops: 1,
                    sockets: 7, established: 5, unread: 4, closing: 3))
    }
}
