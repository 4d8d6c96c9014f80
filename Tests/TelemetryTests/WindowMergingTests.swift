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
}
