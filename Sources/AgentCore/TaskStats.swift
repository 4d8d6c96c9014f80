import CJSON
import Telemetry
import Values
import Writing

/// What the containers of the task have used, from the metadata's `/task/stats`.
///
/// Source: Amazon ECS developer guide, task metadata endpoint version 4; each container has the
/// statistics of Docker's API, or `null` before it runs. Memory is as `docker stats` counts it:
/// without the page cache that the kernel may take back.
struct TaskStats: Sendable {
    struct Container: Sendable {
        /// Nanoseconds of a processor since its start.
        var cpu: Double
        var memoryBytes: Double
    }

    var all = Container(cpu: 0, memoryBytes: 0)
    var backend: Container?

    /// Reads the document; `backendID` is the container to be told apart.
    init(parsing bytes: [UInt8], backendID: String?) throws(MetadataError) {
        let parsed = bytes.withUnsafeBytes { buffer in
            cJSON_ParseWithLength(buffer.bindMemory(to: CChar.self).baseAddress, buffer.count)
        }
        guard let root = parsed else { throw .notJSON }
        defer { cJSON_Delete(root) }
        var isEmpty = true
        var node = root.pointee.child
        while let entry = node {
            node = entry.pointee.next
            guard let container = Self.container(entry) else { continue }
            isEmpty = false
            all.cpu += container.cpu
            all.memoryBytes += container.memoryBytes
            if let backendID, let name = entry.pointee.string,
                String(cString: name).bytes == backendID.bytes
            {
                backend = container
            }
        }
        guard !isEmpty else { throw .missing("cpu_stats") }
    }

    private static func container(_ entry: TaskMetadata.Node) -> Container? {
        guard let processor = TaskMetadata.item("cpu_stats", entry),
            let usage = TaskMetadata.item("cpu_usage", processor),
            let total = TaskMetadata.number("total_usage", usage),
            let memory = TaskMetadata.item("memory_stats", entry),
            let used = TaskMetadata.number("usage", memory)
        else { return nil }
        var reclaimable = 0.0
        if let details = TaskMetadata.item("stats", memory) {
            // The names of cgroup versions 1 and 2.
            reclaimable =
                TaskMetadata.number("total_inactive_file", details)
                ?? TaskMetadata.number("inactive_file", details) ?? 0
        }
        return Container(cpu: total, memoryBytes: max(0, used - reclaimable))
    }
}

/// Turns statistics, one after another, into percent of the task's limits.
struct UsageTracker: Sendable {
    private let cpus: Double?
    private let memoryBytes: Double?
    private var last: (stats: TaskStats, at: Instant)?

    init(cpus: Double?, memoryMiB: Double?) {
        self.cpus = cpus
        memoryBytes = memoryMiB.map { $0 * 1_048_576 }
    }

    mutating func advance(_ stats: TaskStats, at now: Instant) -> WindowUsage {
        let before = last
        last = (stats, now)
        let backendBefore = before?.stats.backend
        return WindowUsage(
            taskCPU: cpuPercent(before?.stats.all, stats.all, since: before?.at, now),
            taskMemory: memoryPercent(stats.all),
            backendCPU: stats.backend.flatMap {
                cpuPercent(backendBefore, $0, since: before?.at, now)
            },
            backendMemory: stats.backend.flatMap { memoryPercent($0) })
    }

    /// Unknown for the first statistics, and when a container that ended took its share along.
    private func cpuPercent(
        _ before: TaskStats.Container?, _ now: TaskStats.Container, since: Instant?, _ at: Instant
    ) -> Double? {
        guard let before, let since, let cpus, cpus > 0, now.cpu >= before.cpu else { return nil }
        let span = Double(at.nanoseconds - since.nanoseconds)
        return span > 0 ? (now.cpu - before.cpu) / span / cpus * 100 : nil
    }

    private func memoryPercent(_ container: TaskStats.Container) -> Double? {
        guard let memoryBytes, memoryBytes > 0 else { return nil }
        return container.memoryBytes / memoryBytes * 100
    }
}
