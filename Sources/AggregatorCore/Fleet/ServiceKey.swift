import Telemetry

/// A service by the short names of its cluster and itself; unique in one account and region.
package struct ServiceKey: Hashable, Sendable, CustomStringConvertible {
    package let cluster: String
    package let service: String

    /// Each may be an ARN or a name.
    package init(cluster: String, service: String) {
        self.cluster = TaskIdentity.lastComponent(of: cluster)
        self.service = TaskIdentity.lastComponent(of: service)
    }

    package var description: String { "\(cluster)/\(service)" }

    /// Whether ECS allows the name: up to 255 letters, digits, hyphens and underscores.
    package static func isName(_ text: String) -> Bool {
        (1...AggregatorLimits.nameBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                case UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}
