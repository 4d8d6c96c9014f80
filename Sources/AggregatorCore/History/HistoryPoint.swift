import Scaling

/// A service at one moment, as a chart draws it. What is not known is not a number.
struct HistoryPoint: Equatable, Sendable {
    /// Unix milliseconds.
    var ms: Int64
    /// -1 until ECS has answered.
    var desired: Int32
    var running: Int32
    var pending: Int32
    /// What the load is worth and what is planned for, in tasks.
    var demand: Float
    var planned: Float
    /// Tasks whose reports count, and of those the saturated.
    var live: Int32
    var saturated: Int32

    init(_ service: ServiceSnapshot, ms: Int64) {
        self.ms = ms
        let (counts, inputs) = (service.counts, service.decision?.inputs)
        desired = Int32(clamping: counts?.desiredCount ?? -1)
        running = Int32(clamping: counts?.runningCount ?? -1)
        pending = Int32(clamping: counts?.pendingCount ?? -1)
        let isKnown = service.decision?.basis == .load
        demand = isKnown ? Float(inputs?.demand ?? .nan) : .nan
        planned = isKnown ? Float(inputs?.planned ?? .nan) : .nan
        live = Int32(clamping: inputs?.tasksLive ?? 0)
        saturated = Int32(clamping: inputs?.tasks.saturated ?? 0)
    }

    /// Of a longer span: the load at its most, the counts at their last.
    mutating func merge(_ next: HistoryPoint) {
        let (before, beforePlanned, full) = (demand, planned, saturated)
        self = next
        demand = demand.isNaN ? before : max(demand, before.isNaN ? demand : before)
        planned =
            planned.isNaN ? beforePlanned : max(planned, beforePlanned.isNaN ? 0 : beforePlanned)
        saturated = max(saturated, full)
    }
}
