/// Cloud Run's autoscaling, as documented (cloud.google.com/run/docs, "Instance autoscaling").
///
/// Instances by the mean of one minute, over CPU or over requests at once, at 60 % of what an
/// instance may have. Instances that are no longer needed stay idle for some minutes; here the
/// highest count of the last 300 s.
package struct CloudRun: Autoscaler {
    package let name = "cloud-run"
    private static let idleSeconds = 300.0
    private static let decideSeconds = 5.0
    private let signal: PeerSignal
    private let target: Double
    private var minute = TimeWindow(seconds: 60)
    private var nextDecision = decideSeconds
    private var recommendations: [(at: Double, count: Int)] = []
    private var current = 0

    package init(signal: PeerSignal, target: Double) {
        self.signal = signal
        self.target = target
    }

    package mutating func desired(after observation: Observation) -> Int {
        if current == 0 { current = observation.desired }
        minute.insert(signal.total(observation), at: observation.second)
        guard observation.second + 1e-9 >= nextDecision else { return current }
        nextDecision = observation.second + Self.decideSeconds
        let wanted = Int((minute.mean / target).rounded(.up))
        recommendations.removeAll { $0.at < observation.second - Self.idleSeconds }
        recommendations.append((observation.second, wanted))
        current = recommendations.map(\.count).max() ?? wanted
        return current
    }
}
