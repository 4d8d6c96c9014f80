import Scaling
import Telemetry

/// Our own `Scaler`, fed with the service's totals.
package struct OurScaler: Autoscaler {
    package let name = "ours"
    private var scaler: Scaler
    /// The last decision, for its reason.
    package private(set) var last: Decision?

    package init(policy: ScalingPolicy) {
        scaler = Scaler(policy: policy, now: Instant(nanoseconds: 0))
    }

    package mutating func desired(after observation: Observation) -> Int {
        let now = Instant(nanoseconds: Int64(observation.second * 1e9))
        scaler.update(
            ServiceCounts(
                desiredCount: observation.desired, runningCount: observation.running,
                pendingCount: observation.pending, deploymentInProgress: false),
            now: now)
        scaler.ingest(
            FleetTotals(
                tasks: observation.running, busy: observation.busy, active: observation.active,
                requestsPerSecond: observation.requestsPerSecond,
                cpu: observation.tasksInUse * 100),
            now: now)
        let decision = scaler.decide(now: now)
        last = decision
        return decision.to
    }
}
