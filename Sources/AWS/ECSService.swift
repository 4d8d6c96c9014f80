/// A service as ECS describes it.
///
/// Source: `Service` in the ECS API reference. What is decoded leniently only adds to what is
/// known: a value of another type is as good as none there.
package struct ECSService: Equatable, Sendable, Decodable {
    package let arn: String
    package let name: String
    package let clusterARN: String
    /// `ACTIVE`, `DRAINING` or `INACTIVE`.
    package let status: String
    package let desiredCount: Int
    package let runningCount: Int
    package let pendingCount: Int
    package let deployments: [Deployment]
    /// With the deployment controllers CODE_DEPLOY and EXTERNAL, which have no `deployments`.
    package let taskSets: [TaskSet]
    /// `REPLICA`, or `DAEMON`, which has no desired count to set.
    package let schedulingStrategy: String?
    /// How many revisions run next to each other; `nil` when ECS does not say it.
    package let revisionCount: Int?
    /// When the newest event was, in Unix seconds.
    package let newestEventAt: Double?

    package struct Deployment: Equatable, Sendable, Decodable {
        package let id: String
        /// `PRIMARY`, `ACTIVE` (being replaced) or `INACTIVE`.
        package let status: String
        /// `IN_PROGRESS`, `COMPLETED` or `FAILED`; only with the ECS deployment controller.
        package let rolloutState: String?
        /// Unix seconds.
        package let createdAt: Double?
        package let updatedAt: Double?

        private enum CodingKeys: CodingKey {
            case id, status, rolloutState, createdAt, updatedAt
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.decode(String.self, forKey: .id)
            status = try container.decode(String.self, forKey: .status)
            rolloutState = try container.decodeIfPresent(String.self, forKey: .rolloutState)
            createdAt = try? container.decode(Double.self, forKey: .createdAt)
            updatedAt = try? container.decode(Double.self, forKey: .updatedAt)
        }
    }

    package struct TaskSet: Equatable, Sendable, Decodable {
        package let id: String
        /// `PRIMARY`, `ACTIVE` or `DRAINING`.
        package let status: String
        /// Unix seconds.
        package let createdAt: Double?
        package let updatedAt: Double?

        private enum CodingKeys: CodingKey {
            case id, status, createdAt, updatedAt
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.decode(String.self, forKey: .id)
            status = try container.decode(String.self, forKey: .status)
            createdAt = try? container.decode(Double.self, forKey: .createdAt)
            updatedAt = try? container.decode(Double.self, forKey: .updatedAt)
        }
    }

    private struct Event: Decodable {
        let createdAt: Double
    }

    private struct Revision: Decodable {}

    package var isActive: Bool { status == "ACTIVE" }

    private enum CodingKeys: String, CodingKey {
        case arn = "serviceArn"
        case name = "serviceName"
        case clusterARN = "clusterArn"
        case status, desiredCount, runningCount, pendingCount, deployments, taskSets
        case schedulingStrategy, currentServiceRevisions, events
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        arn = try container.decode(String.self, forKey: .arn)
        name = try container.decode(String.self, forKey: .name)
        clusterARN = try container.decode(String.self, forKey: .clusterARN)
        status = try container.decode(String.self, forKey: .status)
        desiredCount = try container.decode(Int.self, forKey: .desiredCount)
        runningCount = try container.decode(Int.self, forKey: .runningCount)
        pendingCount = try container.decode(Int.self, forKey: .pendingCount)
        deployments =
            try container.decodeIfPresent([Deployment].self, forKey: .deployments) ?? []
        taskSets = try container.decodeIfPresent([TaskSet].self, forKey: .taskSets) ?? []
        schedulingStrategy = try? container.decode(String.self, forKey: .schedulingStrategy)
        revisionCount = try? container.decode([Revision].self, forKey: .currentServiceRevisions)
            .count
        // The newest is the first of up to a hundred.
        var events = try? container.nestedUnkeyedContainer(forKey: .events)
        newestEventAt = try? events?.decode(Event.self).createdAt
    }
}

/// What a Describe call found, and what it did not.
package struct ECSDescription<Found: Sendable & Equatable>: Equatable, Sendable {
    package var found: [Found] = []
    package var failures: [ECSFailure] = []
}

/// Something that a Describe call asked for and ECS does not have.
package struct ECSFailure: Equatable, Sendable, Decodable {
    package let arn: String?
    /// `MISSING`, mostly.
    package let reason: String?
    package let detail: String?
}
