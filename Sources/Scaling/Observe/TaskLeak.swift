import Telemetry

/// A gauge of nginx that leaks: a worker that dies takes its decrements with it, and what it
/// counted as busy stays forever (nginx/nginx issue 131).
///
/// Known by standing still at the same number for `Limits.leakAfterMs` while no request comes; it
/// is discounted until the gauge falls below it.
struct TaskLeak: Equatable, Sendable {
    private var stillMs = 0
    private var level = 0
    /// Requests to discount.
    private(set) var busy = 0

    mutating func note(_ window: Window) {
        guard let gauges = window.gauges, window.samples > 0 else { return }
        if window.restarts > 0 { self = TaskLeak() }
        busy = min(busy, gauges.busy.min)
        let stands = gauges.busy.min == gauges.busy.max && window.counters?.requests == 0
        guard stands, gauges.busy.min > 0, gauges.busy.min == level || stillMs == 0 else {
            stillMs = 0
            return
        }
        level = gauges.busy.min
        stillMs += window.lengthMs
        if stillMs >= Limits.leakAfterMs { busy = level }
    }
}
