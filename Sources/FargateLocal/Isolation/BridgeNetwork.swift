import CFargateLocal
import Platform

/// A bridge of this machine that a network namespace for each task hangs on, as an elastic network
/// interface does on a VPC.
final class BridgeNetwork: Sendable {
    /// This machine's, as tasks reach it.
    let address: String
    private let name: String
    private let ip: IPCommand
    /// The first three numbers of every address.
    private let subnet: String
    private let freeNumbers: Lock<[UInt8]>

    /// A task's namespace, and where this machine reaches it.
    struct Place: Sendable {
        let network: Int32
        let address: String
        let number: UInt8
    }

    init(name: String, _ ip: IPCommand) throws(FargateLocalError) {
        // Asked first, since it needs no program.
        let probe = fargate_new_network()
        guard probe >= 0 else {
            throw .notAllowed(what: "a network namespace", reason: systemReason())
        }
        close(probe)
        subnet = Self.freeSubnet()
        address = "\(subnet).1"
        self.name = name
        self.ip = ip
        freeNumbers = Lock(Array((2...254).reversed()))
        try ip.run([
            "link add \(name) type bridge", "addr add \(address)/24 dev \(name)",
            "link set \(name) up",
        ])
    }

    /// One of the 16,384 subnets of 100.64.0.0/10 (RFC 6598), which nobody routes to from outside.
    private static func freeSubnet() -> String {
        let used = (try? Files.read("/proc/net/fib_trie", what: "")) ?? ""
        while true {
            let bits = ThisProcess.randomBits()
            let subnet = "100.\(64 + bits % 64).\((bits >> 8) % 256)"
            if !used.contains("\(subnet).") { return subnet }
        }
    }

    func makePlace() throws(FargateLocalError) -> Place {
        guard let number = freeNumbers.withLock({ $0.popLast() }) else {
            throw .notAllowed(what: "a network namespace", reason: "all addresses are taken")
        }
        let network = fargate_new_network()
        let place = Place(network: network, address: "\(subnet).\(number)", number: number)
        do throws(FargateLocalError) {
            guard network >= 0 else {
                throw .notAllowed(
                    what: "a network namespace", reason: systemReason())
            }
            try connect(place)
            return place
        } catch {
            if network >= 0 { close(network) }
            free(place)
            throw error
        }
    }

    private func connect(_ place: Place) throws(FargateLocalError) {
        let link = "\(name).\(String(place.number, radix: 16))"
        // A link of this name is of a namespace that is going.
        try? ip.run(["link delete \(link)"])
        try ip.run(
            [
                "link set lo up", "link add eth0 type veth peer name \(link) netns \(getpid())",
                "addr add \(place.address)/24 dev eth0", "link set eth0 up",
                "route add default via \(address)",
            ], network: place.network)
        try ip.run(["link set \(link) master \(name) up"])
    }

    /// The namespace goes with its last descriptor and process, and its link with it.
    func free(_ place: Place) {
        freeNumbers.withLock { $0.insert(place.number, at: 0) }
    }

    func remove() {
        // Gone already when somebody else has removed it.
        try? ip.run(["link delete \(name)"])
    }
}
