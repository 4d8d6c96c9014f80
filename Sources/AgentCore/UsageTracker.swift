import Telemetry
import Values

/// Turns statistics, one after another, into percent of the task's limits.
///
/// Each container counts for itself, from one reading of its own to the next, and the task is their
/// sum: a container that appears brings its past along, and one that is silent for a second has not
/// stopped working. So the first reading of a container only begins its count, one that restarted
/// counts from zero, and a silent one keeps what it last used, for 5 s.
///
/// Example, a second apart at a quarter vCPU: nginx at 10.0 s of processor, then 10.1; a backend is
/// first seen then, at 5.0 s. The task used 0.1 s of 0.25: 40 %, not 2,040.
struct UsageTracker: Sendable {
    /// The task's limits; what is relative to one is unknown without it.
    private var cpus: Double?
    private var memoryBytes: Double?
    private var backendID: UInt64?
    private var containers: [Tracked] = []

    private struct Tracked: Sendable {
        let id: UInt64
        var readAt: UInt64?
        var cpu: Double?
        var cpuAt: Instant?
        /// Processors in use.
        var rate: Double?
        var memoryBytes: Double?
        var throttling: TaskStats.Throttling?
        /// Growth since the reading before; of no news, none.
        var throttlingGrowth: TaskStats.Throttling?
        var heardAt: Instant
    }

    init(_ metadata: TaskMetadata) {
        learn(metadata)
    }

    /// Takes what a document says, which may be more than the one before did.
    mutating func learn(_ metadata: TaskMetadata) {
        cpus = metadata.cpus
        memoryBytes = metadata.memoryMiB.map { $0 * 1_048_576 }
        backendID = metadata.backendID.map { TaskStats.identity(of: $0) }
    }

    mutating func advance(_ stats: TaskStats, at now: Instant) -> WindowUsage {
        for index in containers.indices { containers[index].throttlingGrowth = nil }
        for container in stats.containers { hear(container, now) }
        containers.removeAll { now - $0.heardAt > AgentLimits.statsHold }
        let backend = containers.first { $0.id == backendID }
        return WindowUsage(
            taskCPU: cpuPercent(sum { $0.rate }),
            taskMemory: memoryPercent(sum { $0.memoryBytes }),
            backendCPU: cpuPercent(backend?.rate),
            backendMemory: memoryPercent(backend?.memoryBytes), throttled: throttledPercent)
    }

    private mutating func hear(_ container: TaskStats.Container, _ now: Instant) {
        guard let index = containers.firstIndex(where: { $0.id == container.id }) else {
            containers.append(
                Tracked(
                    id: container.id, readAt: container.readAt, cpu: container.cpu,
                    cpuAt: container.cpu.map { _ in now }, memoryBytes: container.memoryBytes,
                    throttling: container.throttling, heardAt: now))
            return
        }
        var tracked = containers[index]
        defer { containers[index] = tracked }
        tracked.heardAt = now
        // The endpoint has something new about once a second, and we ask as often.
        if let readAt = container.readAt, readAt == tracked.readAt { return }
        tracked.readAt = container.readAt
        if let memoryBytes = container.memoryBytes { tracked.memoryBytes = memoryBytes }
        if let cpu = container.cpu {
            if let before = tracked.cpu, let at = tracked.cpuAt, now > at {
                let used = cpu >= before ? cpu - before : cpu
                tracked.rate = used / Double(now.nanoseconds - at.nanoseconds)
            }
            (tracked.cpu, tracked.cpuAt) = (cpu, now)
        }
        if let throttling = container.throttling {
            tracked.throttlingGrowth = throttling.growth(since: tracked.throttling)
            tracked.throttling = throttling
        }
    }

    /// Unknown until one container's is known.
    private func sum(_ part: (Tracked) -> Double?) -> Double? {
        var sum: Double?
        for container in containers {
            if let value = part(container) { sum = (sum ?? 0) + value }
        }
        return sum
    }

    @inline(never)
    private func cpuPercent(_ processors: Double?) -> Double? {
        guard let processors, let cpus, cpus > 0 else { return nil }
        return processors / cpus * 100
    }

    @inline(never)
    private func memoryPercent(_ bytes: Double?) -> Double? {
        guard let bytes, let memoryBytes, memoryBytes > 0 else { return nil }
        return bytes / memoryBytes * 100
    }

    /// Of the containers' periods, those in which one had no processor left.
    private var throttledPercent: Double? {
        var all = 0.0
        var throttled = 0.0
        for container in containers {
            guard let growth = container.throttlingGrowth else { continue }
            all += growth.periods
            throttled += growth.throttled
        }
        return all > 0 ? min(100, throttled / all * 100) : nil
    }
}

extension TaskStats.Throttling {
    /// `nil` without anything to compare with, or when the container began again.
    fileprivate func growth(since before: TaskStats.Throttling?) -> TaskStats.Throttling? {
        guard let before, periods >= before.periods, throttled >= before.throttled else {
            return nil
        }
        return TaskStats.Throttling(
            periods: periods - before.periods, throttled: throttled - before.throttled)
    }
}
