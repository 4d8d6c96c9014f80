import CJSON
import Writing

/// What the containers of the task say of themselves, from the metadata's `/task/stats`.
///
/// Source: Amazon ECS developer guide, task metadata endpoint version 4; each container has the
/// statistics of Docker's API. They are `null` before it runs and now and then in between, or all
/// zero with a time of the year 1 (amazon-ecs-agent#378, #2578); both are no reading. Memory is as
/// `docker stats` counts it: without the page cache that the kernel may take back.
struct TaskStats: Sendable {
    struct Container: Sendable {
        /// Stands for the runtime's id.
        var id: UInt64
        /// Stands for the time of the reading, where it has one: the same again is no news.
        var readAt: UInt64?
        /// Nanoseconds of a processor since its start.
        var cpu: Double?
        var memoryBytes: Double?
        var throttling: Throttling?
    }

    /// Periods of the scheduler since the container's start, and those it had no processor left in.
    struct Throttling: Equatable, Sendable {
        var periods: Double
        var throttled: Double
    }

    var containers: [Container] = []

    init(parsing bytes: [UInt8]) throws(MetadataError) {
        let parsed = bytes.withUnsafeBytes { buffer in
            cJSON_ParseWithLength(buffer.bindMemory(to: CChar.self).baseAddress, buffer.count)
        }
        guard let root = parsed else { throw .notJSON }
        defer { cJSON_Delete(root) }
        var node = root.pointee.child
        while let entry = node, containers.count < AgentLimits.containersMax {
            node = entry.pointee.next
            if let container = Self.container(entry) { containers.append(container) }
        }
        guard !containers.isEmpty else { throw .missing("cpu_stats") }
    }

    private static func container(_ entry: TaskMetadata.Node) -> Container? {
        guard let name = entry.pointee.string else { return nil }
        var container = Container(id: identity(of: name))
        if let time = TaskMetadata.item("read", entry)?.pointee.valuestring {
            container.readAt = identity(of: time)
        }
        if let processor = TaskMetadata.item("cpu_stats", entry) {
            let usage = TaskMetadata.item("cpu_usage", processor)
            container.cpu = usage.flatMap { positive("total_usage", $0) }
            container.throttling = TaskMetadata.item("throttling_data", processor)
                .flatMap(throttling)
        }
        if let memory = TaskMetadata.item("memory_stats", entry) {
            container.memoryBytes = memoryBytes(memory)
        }
        return container.cpu == nil && container.memoryBytes == nil ? nil : container
    }

    private static func memoryBytes(_ memory: TaskMetadata.Node) -> Double? {
        guard let used = positive("usage", memory) else { return nil }
        guard let details = TaskMetadata.item("stats", memory) else { return used }
        // The names of cgroup versions 1 and 2.
        let reclaimable =
            TaskMetadata.number("total_inactive_file", details)
            ?? TaskMetadata.number("inactive_file", details) ?? 0
        return max(0, used - max(0, reclaimable))
    }

    private static func throttling(_ data: TaskMetadata.Node) -> Throttling? {
        guard let periods = positive("periods", data),
            let throttled = TaskMetadata.number("throttled_periods", data), throttled >= 0
        else { return nil }
        return Throttling(periods: periods, throttled: throttled)
    }

    /// What runs has used something: zero is no reading.
    private static func positive(_ name: StaticString, _ node: TaskMetadata.Node) -> Double? {
        TaskMetadata.number(name, node).flatMap { $0 > 0 ? $0 : nil }
    }

    /// A text's number (FNV-1a, draft-eastlake-fnv): the few of a task differ.
    private static func identity(of text: UnsafePointer<CChar>) -> UInt64 {
        identity(of: UnsafeRawBufferPointer(start: text, count: length(of: text)))
    }

    private static func length(of text: UnsafePointer<CChar>) -> Int {
        var length = 0
        while text[length] != 0 { length += 1 }
        return length
    }

    static func identity(of text: String) -> UInt64 {
        text.bytes.withUnsafeBytes { identity(of: $0) }
    }

    private static func identity(of bytes: UnsafeRawBufferPointer) -> UInt64 {
        var number: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { number = (number ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return number
    }
}
