/// A task as ECS describes it.
package struct ECSTask: Equatable, Sendable, Decodable {
    package let arn: String
    package let clusterARN: String
    /// `service:NAME` for a service's tasks.
    package let group: String?
    /// `PROVISIONING`, `PENDING`, `ACTIVATING`, `RUNNING`, `DEACTIVATING`, `STOPPING`, `STOPPED` …
    package let lastStatus: String?
    package let desiredStatus: String?
    private let attachments: [Attachment]?

    private struct Attachment: Equatable, Sendable, Decodable {
        let details: [Detail]?
    }

    private struct Detail: Equatable, Sendable, Decodable {
        let name: String?
        let value: String?
    }

    /// The service whose task it is; `nil` when it is none's.
    package var serviceName: String? {
        guard let group, group.hasPrefix("service:") else { return nil }
        return String(group.dropFirst("service:".count))
    }

    /// The address of its network interface; `nil` until it has one.
    package var privateIPv4Address: String? {
        for attachment in attachments ?? [] {
            for detail in attachment.details ?? [] where detail.name == "privateIPv4Address" {
                return detail.value
            }
        }
        return nil
    }

    private enum CodingKeys: String, CodingKey {
        case arn = "taskArn"
        case clusterARN = "clusterArn"
        case group
        case lastStatus
        case desiredStatus
        case attachments
    }
}
