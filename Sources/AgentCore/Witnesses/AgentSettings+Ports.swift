// Which sockets are nginx's.
extension AgentSettings {
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
