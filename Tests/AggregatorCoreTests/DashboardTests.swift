import Foundation
import TestSupport
import Testing

/// The dashboard and the alert rules name metrics that there are.
@Suite struct DashboardTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(Repository.root)/docker/\(path)", encoding: .utf8)
    }

    @Test(arguments: ["grafana-dashboard.json", "prometheus-rules.yaml"])
    func everyMetricNamedIsThere(path: String) throws {
        let names = Set(try MetricsSample.names())
        let used = Set(
            try text(path).matches(of: /\b(aggregator_[a-z_]+)/).map { match in
                ["_bucket", "_sum", "_count"].reduce(String(match.1)) { name, suffix in
                    name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name
                }
            })
        #expect(used.count >= 8)
        #expect(used.isSubset(of: names), "\(used.subtracting(names))")
    }

    @Test func everyHoldThatARuleNamesIsOne() throws {
        let holds = Set(
            try text("prometheus-rules.yaml").matches(of: /hold[=!~]+"([A-Za-z|]+)"/)
                .flatMap { $0.1.split(separator: "|").map(String.init) })
        let known = Set(try MetricsSample.holds())
        #expect(holds.count >= 3)
        #expect(holds.isSubset(of: known), "\(holds.subtracting(known))")
    }

    @Test func theDashboardIsAsGrafanaReadsIt() throws {
        let json = try JSONSerialization.jsonObject(
            with: Data(text("grafana-dashboard.json").utf8))
        let dashboard = try #require(json as? [String: Any])
        let panels = try #require(dashboard["panels"] as? [[String: Any]])
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
        for panel in panels {
            #expect(panel["type"] is String && panel["gridPos"] is [String: Int])
            let targets = try #require(panel["targets"] as? [[String: Any]])
            #expect(targets.allSatisfy { $0["expr"] is String && $0["refId"] is String })
        }
    }
}
