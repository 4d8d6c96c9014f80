import Foundation
import Testing

@testable import AggregatorCore

@Suite struct OTLPTests {
    private func read(_ pairs: [String: String]) throws -> OTLPSettings? {
        try OTLPSettings { pairs[$0] }
    }

    @Test func readsTheEnvironmentAsOthersDo() throws {
        #expect(try read([:]) == nil)
        let base = try #require(try read(["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"]))
        #expect(base.url == "http://c:4318/v1/metrics")
        #expect(base.period == .seconds(60))
        let own = try #require(
            try read([
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/",
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "https://m/x",
                "OTEL_EXPORTER_OTLP_HEADERS": "a=b,authorization=Basic x=",
                "OTEL_METRIC_EXPORT_INTERVAL": "1000",
            ]))
        #expect(own.url == "https://m/x")
        #expect(own.headers == ["a: b", "authorization: Basic x="])
        #expect(own.period == .seconds(1))
    }

    @Test(arguments: [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "c:4318"), ("OTEL_EXPORTER_OTLP_HEADERS", "secret"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "0"), ("OTEL_METRIC_EXPORT_INTERVAL", "soon"),
    ])
    func namesWhatCannotBeUsed(name: String, value: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try read(["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"].merging([name: value]) { $1 })
        }
        #expect(error?.problems.first?.text.contains(name) == true)
        #expect(error?.problems.first?.text.contains("secret") == false)
    }

    @Test func everyMetricHasItsFormInJSON() throws {
        var out = MetricsText()
        out.begin("a_total", .counter, "Of a.")
        out.sample(3, ["x": "y\"z"])
        out.begin("b", .gauge, "Of b.")
        out.sample(0.25)
        out.sample(.nan)
        out.begin("nothing", .gauge, "Without a sample.")
        out.begin("c_seconds", .histogram, "Of c.")
        let histogram = Histogram(bounds: [0.005, 1])
        for value in [0.001, 0.5, 0.5, 7] { histogram.observe(value) }
        out.histogram(histogram)
        let json = try JSONSerialization.jsonObject(
            with: Data(out.otlp(startMs: 1_000, nowMs: 2_000)))
        let resources = (json as? [String: Any])?["resourceMetrics"] as? [[String: Any]]
        let scopes = resources?.first?["scopeMetrics"] as? [[String: Any]]
        let metrics = try #require(scopes?.first?["metrics"] as? [[String: Any]])
        #expect(metrics.map { $0["name"] as? String } == ["a_total", "b", "c_seconds"])
        let sum = try #require(metrics[0]["sum"] as? [String: Any])
        #expect(sum["isMonotonic"] as? Bool == true)
        #expect(sum["aggregationTemporality"] as? Int == 2)
        let point = try #require((sum["dataPoints"] as? [[String: Any]])?.first)
        #expect(point["timeUnixNano"] as? String == "2000000000")
        #expect(point["asDouble"] as? Double == 3)
        let points = (metrics[1]["gauge"] as? [String: Any])?["dataPoints"] as? [[String: Any]]
        #expect(points?.count == 1, "what is no number is left out")
        let counted = (metrics[2]["histogram"] as? [String: Any])?["dataPoints"]
        let buckets = try #require((counted as? [[String: Any]])?.first)
        #expect(buckets["bucketCounts"] as? [String] == ["1", "2", "1"])
        #expect(buckets["explicitBounds"] as? [Double] == [0.005, 1])
        #expect(buckets["count"] as? String == "4")
        #expect(buckets["sum"] as? Double == 8.001)
    }
}
