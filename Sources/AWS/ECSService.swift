/// A service as ECS describes it.
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

    package struct Deployment: Equatable, Sendable, Decodable {
        package let id: String
        /// `PRIMARY`, `ACTIVE` (being replaced) or `INACTIVE`.
        package let status: String
        /// `IN_PROGRESS`, `COMPLETED` or `FAILED`; only with the ECS deployment controller.
        package let rolloutState: String?
        package let desiredCount: Int
        package let runningCount: Int
        package let pendingCount: Int
    }

    package var isActive: Bool { status == "ACTIVE" }

    /// Whether one revision replaces another; a change of the desired count alone is no deployment.
    package var deploymentInProgress: Bool {
        deployments.filter { $0.status != "INACTIVE" }.count > 1
            || deployments.contains { $0.rolloutState == "IN_PROGRESS" }
    }

    private enum CodingKeys: String, CodingKey {
        case arn = "serviceArn"
        case name = "serviceName"
        case clusterARN = "clusterArn"
        case status
        case desiredCount
        case runningCount
        case pendingCount
        case deployments
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
        // Absent with external deployment controllers, which have task sets.
        deployments =
            try container.decodeIfPresent([Deployment].self, forKey: .deployments) ?? []
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
