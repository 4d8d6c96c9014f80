/// Kubernetes' HorizontalPodAutoscaler with its default behavior:
/// kubernetes/kubernetes, pkg/controller/podautoscaler (replica_calculator.go, horizontal.go).
///
/// Every 15 s: ceil(current × value ÷ target), nothing within ±10 %; up by the larger of 100 % and
/// 4 pods per 15 s; down to the highest recommendation of the last 300 s. The value is a mean over
/// 15 s, as old as the last scrape of the metrics server; with KEDA above it, as old as KEDA's last
/// poll of 30 s (kedacore/keda, `pollingInterval` with cached metrics).
package struct HorizontalPodAutoscaler: Autoscaler {
    package let name: String
    private let signal: PeerSignal
    private let target: Double
    private let metricSeconds: Double
    private var window: TimeWindow
    /// What the metrics server scraped last, and what stands there for the next tick.
    private var scraped: (total: Double, running: Int)?
    private var nextTick = 15.0
    private var nextScrape = 15.0
    private var recommendations: [(at: Double, count: Int)] = []
    private var current = 0

    package init(
        name: String = "hpa", signal: PeerSignal, target: Double, metricSeconds: Double = 15
    ) {
        self.name = name
        self.metricSeconds = metricSeconds
        window = TimeWindow(seconds: metricSeconds)
        self.signal = signal
        self.target = target
    }

    package mutating func desired(after observation: Observation) -> Int {
        if current == 0 { current = observation.desired }
        window.insert(signal.total(observation), at: observation.second)
        guard observation.second + 1e-9 >= nextTick else { return current }
        nextTick += 15
        defer {
            if observation.second + 1e-9 >= nextScrape {
                scraped = (window.mean, observation.running)
                nextScrape += metricSeconds
            }
        }
        guard let scraped else { return current }
        let wanted = recommend(total: scraped.total, running: max(1, scraped.running))
        current = bounded(stabilized(wanted, at: observation.second))
        return current
    }

    /// Pods without metrics count as zero on the way up, as the target on the way down.
    private func recommend(total: Double, running: Int) -> Int {
        let ratio = total / Double(running) / target
        if abs(ratio - 1) <= 0.1 { return current }
        let unready = max(0, current - running)
        guard ratio > 1, unready > 0 else { return Int((ratio * Double(running)).rounded(.up)) }
        let pods = running + unready
        let spread = total / Double(pods) / target
        if spread <= 1.1 { return current }
        return Int((spread * Double(pods)).rounded(.up))
    }

    private mutating func stabilized(_ wanted: Int, at second: Double) -> Int {
        recommendations.removeAll { $0.at < second - 300 }
        recommendations.append((second, wanted))
        let highest = recommendations.map(\.count).max() ?? wanted
        return wanted >= current ? wanted : min(current, highest)
    }

    private func bounded(_ wanted: Int) -> Int {
        min(wanted, max(current * 2, current + 4))
    }
}
