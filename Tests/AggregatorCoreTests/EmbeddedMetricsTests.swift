import Control
import Foundation
import Platform
import Scaling
import Testing
import Values

@testable import AggregatorCore

@Suite struct EmbeddedMetricsTests {
    /// Each metric that a line declares is in it, as CloudWatch's specification wants.
    private func values(of line: String) throws -> [String: Double] {
        #expect(line.hasSuffix("}\n"))
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let aws = try #require(object["_aws"] as? [String: Any])
        #expect(aws["Timestamp"] as? Int == 1_790_000_000_000)
        let directive = try #require((aws["CloudWatchMetrics"] as? [[String: Any]])?.first)
        #expect(directive["Namespace"] as? String == "Shop")
        #expect(directive["Dimensions"] as? [[String]] == [["Cluster", "Service"]])
        #expect(object["Cluster"] as? String == "shop")
        #expect(object["Service"] as? String == "web")
        let metrics = try #require(directive["Metrics"] as? [[String: String]])
        var values: [String: Double] = [:]
        for metric in metrics {
            let name = try #require(metric["Name"])
            #expect(metric["Unit"] == "Count")
            values[name] = try #require(object[name] as? Double)
        }
        return values
    }

    @Test func tellsWhatIsKnownAndNothingElse() throws {
        let policy = ScalingPolicy(rule: .target([TargetMetric(metric: .busy, value: 40)]))
        let configuration = ServiceConfiguration(
            key: ServiceKey(cluster: "shop", service: "web"), cluster: "shop", service: "web",
            policy: policy, snsTopicARN: nil)
        let start = Instant(nanoseconds: 0)
        var state = ServiceController(policy: policy, period: .seconds(5), now: start)
        let lines = Lock<[String]>([])
        let metrics = EmbeddedMetrics(namespace: "Shop", wallClockMs: { 1_790_000_000_000 }) {
            line in lines.withLock { $0.append(line) }
        }
        metrics.writeLine(of: ServiceSnapshot(configuration, state, now: start))
        let described = ServiceDescription(
            name: "web", desiredCount: 3, runningCount: 2, pendingCount: 1)
        _ = state.described(described, askedAt: start, now: start)
        _ = state.ingest(Samples.report, now: Instant(nanoseconds: 1))
        metrics.writeLine(of: ServiceSnapshot(configuration, state, now: start))
        let told = try lines.withLock { $0 }.map(values)
        #expect(told.first == ["ChangeFailures": 0])
        #expect(told.last?["DesiredCount"] == 3)
        #expect(told.last?["RunningCount"] == 2)
        #expect(told.last?["TasksLive"] == 1)
    }
}
