import Scaling
import Values

/// Our own `Scaler`, fed with the service's totals: means over the last second, as those of
/// reports, and with steps shorter than that the newest beside them, as agents push them.
package struct OurScaler: Autoscaler {
    package let name = "ours"
    private var scaler: Scaler
    private var busy = TimeWindow(seconds: 1)
    private var rate = TimeWindow(seconds: 1)
    /// The last decision, for its reason.
    package private(set) var last: Decision?

    /// What it learnt until now, as bytes.
    package func knowledge(unixMs: Int64) -> [UInt8] {
        scaler.knowledge(unixMs: unixMs)
    }

    /// Begins from what another one learnt; the wall clock is the trace's own.
    package mutating func takeKnowledge(
        _ bytes: [UInt8], unixMs: Int64, second: Double
    ) throws(KnowledgeError) {
        let now = Instant(nanoseconds: Int64(second * 1e9))
        try scaler.takeKnowledge(bytes, unixMs: unixMs, now: now)
    }

    package init(policy: ScalingPolicy) {
        scaler = Scaler(policy: policy, now: Instant(nanoseconds: 0))
    }

    package mutating func desired(after observation: Observation) -> Int {
        let now = Instant(nanoseconds: Int64(observation.second * 1e9))
        scaler.update(
            ServiceCounts(
                desiredCount: observation.desired, runningCount: observation.running,
                pendingCount: observation.pending, deploymentInProgress: false),
            now: now, isOurs: true)
        busy.insert(observation.busy, at: observation.second)
        rate.insert(observation.requestsPerSecond, at: observation.second)
        scaler.ingest(
            FleetTotals(
                tasks: observation.running, busy: busy.mean, active: observation.active,
                requestsPerSecond: rate.mean, busyNewest: observation.busy,
                requestsPerSecondNewest: observation.requestsPerSecond,
                cpu: observation.tasksInUse * 100),
            now: now)
        let decision = scaler.decide(now: now)
        last = decision
        return decision.to
    }
}
