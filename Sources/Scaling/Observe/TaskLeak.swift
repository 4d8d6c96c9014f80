import Telemetry

/// Requests that nginx counts and nobody waits for: a worker that dies takes its decrements with
/// it, and what it counted stays in the gauges for good (nginx/nginx issue 131).
///
/// Standing still is no evidence: open WebSockets stand as still as a leak. The kernel's sockets
/// are. A request that is served has a connection, and one that leaked has none; so of what nginx
/// counts as open, that which the kernel has not for minutes is leaked. Example: Writing says 31,
/// Active 32, and each second for two minutes the kernel has 0 or 1 established connections on
/// nginx's ports: 30 are discounted. With HTTP/2 a connection carries many requests, so connections
/// are compared with connections. Without the kernel's word nothing is discounted; what stands
/// still is only reported.
struct TaskLeak: Equatable, Sendable {
    /// Requests to discount.
    private(set) var busy = 0
    /// Requests that have stood still for `Limits.leakAfterMs` while none arrived, and are not
    /// discounted: open streams, or a leak that no witness shows.
    private(set) var standing = 0

    /// The least that leaked in the running half of the time, and in the one before.
    private var least: Int?
    private var leastBefore: Int?
    private var halfMs = 0
    private var stillMs = 0
    private var level = 0

    mutating func note(_ window: Window) {
        guard let gauges = window.gauges, window.samples > 0 else { return }
        if window.restarts > 0 { self = TaskLeak() }
        noteSockets(gauges, established: window.witnesses?.established, lengthMs: window.lengthMs)
        noteStanding(gauges, window)
    }

    private mutating func noteSockets(_ gauges: WindowGauges, established: Int?, lengthMs: Int) {
        guard let established else {
            // Unknown: what was found holds only as far as the gauge still shows it.
            (least, leastBefore, halfMs) = (nil, nil, 0)
            busy = min(busy, gauges.busy.min)
            return
        }
        // The status request has a connection of its own, which may not be on nginx's ports.
        let surplus = max(0, min(gauges.busy.min, gauges.active.min - 1 - established))
        busy = min(busy, surplus)
        least = min(least ?? surplus, surplus)
        halfMs += min(lengthMs, Limits.leakAfterMs)
        guard halfMs >= Limits.leakAfterMs / 2 else { return }
        if let leastBefore, let least { busy = min(leastBefore, least) }
        (leastBefore, least, halfMs) = (least, nil, 0)
    }

    private mutating func noteStanding(_ gauges: WindowGauges, _ window: Window) {
        let stands = gauges.busy.min == gauges.busy.max && window.counters?.requests == 0
        guard stands, gauges.busy.min > 0, gauges.busy.min == level || stillMs == 0 else {
            (stillMs, standing) = (0, 0)
            return
        }
        level = gauges.busy.min
        stillMs += min(window.lengthMs, Limits.leakAfterMs)
        standing = stillMs >= Limits.leakAfterMs ? max(0, level - busy) : 0
    }
}
