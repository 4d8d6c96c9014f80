import Writing

/// The ECS task of this agent, as the task metadata endpoint names it.
package struct TaskIdentity: Sendable {
    /// The task's full ARN; what identifies a task everywhere.
    package var taskARN: String
    /// The cluster, as an ARN or as a short name: the metadata endpoint gives either.
    package var cluster: String
    /// The service; `nil` when neither the metadata nor `ECS_SERVICE_NAME` names it, and then the
    /// aggregator resolves it with DescribeTasks.
    package var service: String?
    package var family: String
    /// The revision of the task definition, a string as in the metadata.
    package var revision: String
    package var availabilityZone: String?

    package init(
        taskARN: String, cluster: String, service: String?, family: String, revision: String,
        availabilityZone: String?
    ) {
        self.taskARN = taskARN
        self.cluster = cluster
        self.service = service
        self.family = family
        self.revision = revision
        self.availabilityZone = availabilityZone
    }

    /// The short name of the cluster, whichever form was given.
    package var clusterName: String {
        Self.lastComponent(of: cluster)
    }

    /// What follows the last `/` of an ARN, or the text itself when it has none.
    package static func lastComponent(of name: String) -> String {
        #if hasFeature(Embedded)
        let bytes = name.bytes
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return name }
        return String(bytes: bytes[(slash + 1)...])
        #else
        // Without a copy of the bytes: the aggregator asks this twice a report.
        guard let slash = name.utf8.lastIndex(of: UInt8(ascii: "/")) else { return name }
        return String(name[name.utf8.index(after: slash)...])
        #endif
    }
}

// See `Report`.
#if !hasFeature(Embedded)
extension TaskIdentity: Equatable {}
#endif
