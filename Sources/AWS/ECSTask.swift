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
    private let containers: [Container]?

    private struct Attachment: Equatable, Sendable, Decodable {
        let details: [Detail]?
    }

    private struct Detail: Equatable, Sendable, Decodable {
        let name: String?
        let value: String?
    }

    private struct Container: Equatable, Sendable, Decodable {
        let networkInterfaces: [NetworkInterface]?
    }

    private struct NetworkInterface: Equatable, Sendable, Decodable {
        let privateIpv4Address: String?
        let ipv6Address: String?
    }

    /// The service whose task it is; `nil` when it is none's.
    package var serviceName: String? {
        guard let group, group.hasPrefix("service:") else { return nil }
        return String(group.dropFirst("service:".count))
    }

    /// The addresses of its network interface, IPv4 and IPv6 as AWS writes them; none until it has
    /// one.
    package var addresses: [String] {
        let details = (attachments ?? []).flatMap { $0.details ?? [] }
        let interfaces = (containers ?? []).flatMap { $0.networkInterfaces ?? [] }
        var addresses: [String] = []
        for detail in details
        where ["privateIPv4Address", "ipv6Address", "privateIPv6Address"].contains(detail.name) {
            if let value = detail.value { addresses.append(value) }
        }
        for interface in interfaces {
            for address in [interface.privateIpv4Address, interface.ipv6Address] {
                if let address, !addresses.contains(address) { addresses.append(address) }
            }
        }
        return addresses
    }

    private enum CodingKeys: String, CodingKey {
        case arn = "taskArn"
        case clusterARN = "clusterArn"
        case group
        case lastStatus
        case desiredStatus
        case attachments
        case containers
    }
}
