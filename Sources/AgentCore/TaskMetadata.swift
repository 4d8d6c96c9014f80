import CJSON
import Telemetry

/// What the agent reads of the task metadata document (endpoint version 4, `/task`).
package struct TaskMetadata {
    package var identity: TaskIdentity
    /// The task's limits; `nil` when the document tells none.
    package var cpus: Double?
    package var memoryMiB: Double?
    /// What ECS knows of the task's clock.
    package var clockErrorBoundMs: Double?
    package var clockStatus: String?

    /// Reads the document; `serviceName` stands in when it names no service.
    package init(
        parsing bytes: [UInt8], serviceName: String?
    ) throws(MetadataError) {
        let parsed = bytes.withUnsafeBytes { buffer in
            cJSON_ParseWithLength(buffer.bindMemory(to: CChar.self).baseAddress, buffer.count)
        }
        guard let root = parsed else { throw .notJSON }
        defer { cJSON_Delete(root) }
        let arn = try Self.needed("TaskARN", root)
        guard arn.hasPrefixBytes(of: "arn:") else { throw .missing("TaskARN") }
        identity = TaskIdentity(
            taskARN: arn, cluster: try Self.needed("Cluster", root),
            service: Self.text("ServiceName", root) ?? serviceName,
            family: try Self.needed("Family", root), revision: try Self.needed("Revision", root),
            availabilityZone: Self.text("AvailabilityZone", root))
        if let limits = cJSON_GetObjectItemCaseSensitive(root, "Limits") {
            cpus = Self.number("CPU", limits)
            memoryMiB = Self.number("Memory", limits)
        }
        if let drift = cJSON_GetObjectItemCaseSensitive(root, "ClockDrift") {
            clockErrorBoundMs = Self.number("ClockErrorBound", drift)
            clockStatus = Self.text("ClockSynchronizationStatus", drift)
        }
    }

    private typealias Node = UnsafeMutablePointer<cJSON>

    private static func needed(
        _ name: StaticString, _ node: Node
    ) throws(MetadataError) -> String {
        guard let value = text(name, node) else { throw .missing(name) }
        return value
    }

    private static func text(_ name: StaticString, _ node: Node) -> String? {
        guard let value = item(name, node)?.pointee.valuestring else { return nil }
        let text = String(cString: value)
        let length = text.bytes.count
        return length > 0 && length <= AgentLimits.identityBytesMax ? text : nil
    }

    private static func number(_ name: StaticString, _ node: Node) -> Double? {
        guard let item = item(name, node), cJSON_IsNumber(item) == 1 else { return nil }
        return item.pointee.valuedouble
    }

    private static func item(_ name: StaticString, _ node: Node) -> Node? {
        name.utf8Start.withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1) {
            cJSON_GetObjectItemCaseSensitive(node, $0)
        }
    }
}

/// Why a document is not a task's metadata.
package enum MetadataError: Error {
    case notJSON
    /// A member that every task has is absent, empty, of another type, or too long.
    case missing(StaticString)

    /// What a person reads in a log.
    package var text: String {
        switch self {
        case .notJSON: "the metadata is not JSON"
        case .missing(let name): Text("the metadata has no usable ").add(name).string
        }
    }
}
