import CJSON
import Telemetry
import Writing

/// What the agent reads of the task metadata document (endpoint version 4, `/task`).
package struct TaskMetadata {
    package var identity: TaskIdentity
    /// The task's limits; `nil` when the document tells none.
    package var cpus: Double?
    package var memoryMiB: Double?
    package var clock: ClockDrift?
    /// Whether ECS takes the task out of service, or has: it still serves for a while.
    package var isDraining: Bool
    /// The runtime's id of the backend's container, where one is named and there.
    package var backendID: String?

    /// Reads the document; `serviceName` stands in when it names no service, and
    /// `backendContainer` is the name of the container to be found.
    package init(
        parsing bytes: [UInt8], serviceName: String?, backendContainer: String? = nil
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
        isDraining = Self.isDraining(root)
        if let limits = cJSON_GetObjectItemCaseSensitive(root, "Limits") {
            cpus = Self.number("CPU", limits)
            memoryMiB = Self.number("Memory", limits)
        }
        if let drift = cJSON_GetObjectItemCaseSensitive(root, "ClockDrift") {
            clock = Self.clock(drift)
        }
        if let backendContainer { backendID = Self.containerID(backendContainer, root) }
    }

    /// This document, with what only an earlier one of the same task said.
    package func completed(by earlier: TaskMetadata) -> TaskMetadata {
        guard identity.taskARN.bytes == earlier.identity.taskARN.bytes else { return self }
        var whole = self
        whole.identity.service = identity.service ?? earlier.identity.service
        whole.identity.availabilityZone =
            identity.availabilityZone ?? earlier.identity.availabilityZone
        whole.cpus = cpus ?? earlier.cpus
        whole.memoryMiB = memoryMiB ?? earlier.memoryMiB
        whole.backendID = backendID ?? earlier.backendID
        return whole
    }

    /// Source: Amazon ECS developer guide, task lifecycle: the desired status of a task that is to
    /// end is STOPPED, while its last status goes through DEACTIVATING, its target group's delay.
    private static func isDraining(_ root: Node) -> Bool {
        if let desired = text("DesiredStatus", root), desired.hasBytes(of: "STOPPED") {
            return true
        }
        guard let known = text("KnownStatus", root) else { return false }
        return known.hasBytes(of: "DEACTIVATING") || known.hasBytes(of: "STOPPING")
    }

    typealias Node = UnsafeMutablePointer<cJSON>

    private static func clock(_ drift: Node) -> ClockDrift? {
        guard let errorMs = number("ClockErrorBound", drift),
            let status = text("ClockSynchronizationStatus", drift)
        else { return nil }
        return ClockDrift(errorMs: errorMs, isSynchronized: status.hasBytes(of: "SYNCHRONIZED"))
    }

    private static func containerID(_ name: String, _ root: Node) -> String? {
        var container = item("Containers", root)?.pointee.child
        while let node = container {
            if let text = text("Name", node), text.bytes == name.bytes {
                return Self.text("DockerId", node)
            }
            container = node.pointee.next
        }
        return nil
    }

    @inline(never)
    private static func needed(
        _ name: StaticString, _ node: Node
    ) throws(MetadataError) -> String {
        guard let value = text(name, node) else { throw .missing(name) }
        return value
    }

    @inline(never)
    static func text(_ name: StaticString, _ node: Node) -> String? {
        guard let value = item(name, node)?.pointee.valuestring else { return nil }
        let text = String(c: value)
        let length = text.bytes.count
        return length > 0 && length <= AgentLimits.identityBytesMax ? text : nil
    }

    @inline(never)
    static func number(_ name: StaticString, _ node: Node) -> Double? {
        guard let item = item(name, node), cJSON_IsNumber(item) == 1 else { return nil }
        return item.pointee.valuedouble
    }

    @inline(never)
    static func item(_ name: StaticString, _ node: Node) -> Node? {
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
