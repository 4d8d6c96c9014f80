import HTTPServer
import Platform
import Scaling

@testable import AggregatorCore

/// Every metric of an aggregator with one service.
enum MetricsSample {
    static func view() throws -> MetricsView {
        var log = LogConfiguration()
        log.level = .error
        let output = Output(log)
        let metrics = Metrics(
            shedder: LoadShedder(limitPercent: 90), listener: HTTPServerCounters(),
            output: output)
        var policy = ScalingPolicy(rule: .target([TargetMetric(metric: .busy, value: 40)]))
        policy.sizing = .fixed(headroomPercent: 0)
        let service = ServiceConfiguration(
            key: ServiceKey(cluster: "shop", service: "web"), cluster: "shop", service: "web",
            policy: policy, snsTopicARN: nil)
        let fleet = Fleet([service], log: output.log, now: MonotonicClock.now())
        return MetricsView(
            metrics: metrics, fleet: fleet, announcements: AnnouncementCounters())
    }

    static func holds() throws -> [String] {
        try view().text().matches(of: /hold="([A-Za-z]+)"/).map { String($0.1) }
    }

    /// As the text's TYPE lines name them.
    static func names() throws -> [String] {
        try view().text().split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
            .map { String($0.split(separator: " ")[2]) }
    }
}
