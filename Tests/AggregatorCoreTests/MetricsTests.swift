import Testing

@testable import AggregatorCore

@Suite struct MetricsTests {
    @Test func writesTheExpositionFormat() {
        var text = MetricsText()
        text.begin("a_total", .counter, "Things.")
        text.sample(3, ["name": "q\"b\\s\nn"])
        text.sample(0.25)
        #expect(
            text.text == """
                # HELP a_total Things.
                # TYPE a_total counter
                a_total{name="q\\"b\\\\s\\nn"} 3
                a_total 0.25

                """)
    }

    @Test func countsInBuckets() {
        let histogram = Histogram(bounds: [1, 2])
        for value in [0.5, 1, 1.5, 2.5] { histogram.observe(value) }
        #expect(histogram.values == Histogram.Values(counts: [2, 1, 1], sum: 5.5))
        var text = MetricsText()
        text.begin("h", .histogram, "H.")
        text.histogram(histogram)
        #expect(
            text.text.hasSuffix(
                """
                h_bucket{le="1"} 2
                h_bucket{le="2"} 3
                h_bucket{le="+Inf"} 4
                h_sum 5.5
                h_count 4

                """))
    }

    @Test func readsThisProcess() throws {
        let figures = try #require(ProcessFigures.read())
        #expect(figures.cpuSeconds > 0)
        #expect(figures.residentBytes > 1_000_000)
        #expect(figures.startTimeSeconds > 1_500_000_000)
    }
}
