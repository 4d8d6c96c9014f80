import Platform
import Values
import Writing

// Which sockets are nginx's.
extension AgentSettings {
    static let nginxPortsKey: StaticString = "NGINX_PORTS"

    /// Reads `80,443`; none when it is not set, which finds them.
    static func ports(_ text: String?) throws(SettingError) -> [UInt16] {
        guard let text else { return [] }
        var ports: [UInt16] = []
        var rest = text.bytes[...]
        while true {
            let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
            let number = String(bytes: rest[..<end]).wholeNumber
            guard let number, let port = UInt16(exactly: number), port > 0,
                ports.count < AgentLimits.witnessPortsMax
            else {
                throw .malformed(
                    key: nginxPortsKey, expected: "1 to 16 port numbers with commas between",
                    value: text)
            }
            if !ports.contains(port) { ports.append(port) }
            guard end < rest.endIndex else { return ports }
            rest = rest[(end + 1)...]
        }
    }

    /// The ports of the status pages; those on unix sockets have none.
    private var statusPorts: [UInt16] {
        var ports: [UInt16] = []
        for target in statusTargets {
            if case .ip(_, let port) = target.address, let port = UInt16(exactly: port) {
                ports.append(port)
            }
        }
        return ports
    }

    /// Reads the kernel's witnesses of the nginx that these settings name.
    package func makeWitnessReader() -> WitnessReader {
        WitnessReader(ports: nginxPorts, statusPorts: statusPorts)
    }
}
