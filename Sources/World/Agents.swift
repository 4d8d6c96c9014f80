import Telemetry

/// What the agents of a service's tasks report of one span of time.
struct Agents: Sendable {
    let script: Script

    /// The load of one task, as its nginx shows it.
    struct Share: Sendable {
        var busy: Double
        /// Of these, long-lived ones, which stand still.
        var standing = 0.0
        var rate: Double
        /// What the counters grew by.
        var requests = 0
        var cpu: Double?
    }

    func report(
        _ task: inout WorldTask, _ share: Share, second: Double, seconds: Double,
        isSaturated: Bool
    ) -> Report {
        task.sequence += 1
        let lengthMs = Int(seconds * 1000)
        let still = share.standing + Double(task.leaked)
        let moving = max(0, share.busy - share.standing)
        let busy = moving + still
        let gauge = GaugeSummary(
            min: Int(still + moving * 0.8), mean: busy,
            max: Int(still + moving * 1.2 + (moving > 0 ? 1 : 0)), last: Int(busy + 0.5))
        // Each request has a connection; a few idle ones are kept, and a leaked gauge has none.
        let witnesses = WindowWitnesses(
            acceptQueue: 0, acceptQueueLimit: 511, sockets: Int(share.busy) + 4,
            established: Int(share.busy * 1.2) + 3, unread: 0, closing: 0)
        let open = GaugeSummary(
            min: gauge.min + 3, mean: gauge.mean + 3, max: gauge.max + 3, last: gauge.last + 3)
        let requests = UInt64(share.requests)
        let counters = WindowCounters(
            spanMs: lengthMs, accepts: requests, handled: requests, requests: requests)
        let usage = share.cpu.map {
            WindowUsage(taskCPU: $0, taskMemory: 40, backendCPU: nil, backendMemory: nil)
        }
        let window = Window(
            startMs: Script.startMs + Int64((second - seconds) * 1000), lengthMs: lengthMs,
            samples: isSaturated ? 0 : Int(seconds * 15), failed: isSaturated ? 15 : 0, restarts: 0,
            gauges: isSaturated
                ? nil : WindowGauges(active: open, busy: gauge, waiting: gauge),
            counters: isSaturated ? nil : counters, usage: usage,
            condition: isSaturated ? .saturated : .serving,
            witnesses: isSaturated ? nil : witnesses)
        return Report(
            identity: task.identity, bootID: task.boot, sequence: task.sequence,
            state: task.phase == .deactivating ? .draining : .running, windows: [window])
    }

    /// A task that has no sample yet.
    func starting(_ task: inout WorldTask) -> Report {
        Report(
            identity: task.identity, bootID: task.boot, sequence: task.sequence, state: .starting,
            windows: [])
    }

    /// A report of a task that nobody started.
    func lie(number: Int, busy: Double, second: Double) -> Report {
        let gauge = GaugeSummary(
            min: Int(busy), mean: busy, max: Int(busy), last: Int(busy))
        let identity = TaskIdentity(
            taskARN: "arn:aws:ecs:eu-west-1:123456789012:task/main/lie-\(number)", cluster: "main",
            service: "web", family: "web", revision: "1", availabilityZone: nil)
        let window = Window(
            startMs: Script.startMs + Int64(second * 1000) - 1_000, lengthMs: 1_000, samples: 15,
            failed: 0, restarts: 0,
            gauges: WindowGauges(active: gauge, busy: gauge, waiting: gauge),
            counters: WindowCounters(
                spanMs: 1_000, accepts: 1_000, handled: 1_000, requests: 1_000), usage: nil,
            condition: .serving)
        return Report(
            identity: identity, bootID: 1, sequence: 1, state: .running, windows: [window])
    }

    /// The farewell of a task that ECS stops.
    func farewell(_ task: WorldTask) -> Report {
        Report(
            identity: task.identity, bootID: task.boot, sequence: task.sequence + 1,
            state: .stopping, windows: [])
    }
}
