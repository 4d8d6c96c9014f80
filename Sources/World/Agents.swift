import Telemetry

/// What the agents of a service's tasks report of one span of time.
struct Agents: Sendable {
    let script: Script
    private let startMs: Int64 = 1_790_000_000_000

    /// The load of one task, as its nginx shows it.
    struct Share: Sendable {
        var busy: Double
        var rate: Double
        var cpu: Double?
    }

    func report(
        _ task: inout WorldTask, _ share: Share, second: Double, seconds: Double,
        isSaturated: Bool
    ) -> Report {
        task.sequence += 1
        let lengthMs = Int(seconds * 1000)
        let busy = share.busy + Double(task.leaked)
        let gauge = GaugeSummary(
            min: Int(busy * 0.8), mean: busy, max: Int(busy * 1.2) + 1, last: Int(busy + 0.5))
        let requests = UInt64(share.rate * seconds + 0.5)
        let counters = WindowCounters(
            spanMs: lengthMs, accepts: requests, handled: requests, requests: requests)
        let usage = share.cpu.map {
            WindowUsage(taskCPU: $0, taskMemory: 40, backendCPU: nil, backendMemory: nil)
        }
        let window = Window(
            startMs: startMs + Int64((second - seconds) * 1000), lengthMs: lengthMs,
            samples: isSaturated ? 0 : Int(seconds * 15), failed: isSaturated ? 15 : 0, restarts: 0,
            gauges: isSaturated
                ? nil : WindowGauges(active: gauge, busy: gauge, waiting: gauge),
            counters: isSaturated ? nil : counters, usage: usage,
            condition: isSaturated ? .saturated : .serving)
        return Report(
            identity: task.identity, bootID: task.boot, sequence: task.sequence,
            state: task.phase == .deactivating ? .draining : .running, windows: [window])
    }

    /// The farewell of a task that ECS stops.
    func farewell(_ task: WorldTask) -> Report {
        Report(
            identity: task.identity, bootID: task.boot, sequence: task.sequence + 1,
            state: .stopping, windows: [])
    }
}
