import Foundation
import Glibc
import TestSupport
import Testing

/// Names, addresses and TLS that fail: sampling goes on, and recovery is quick.
@Suite struct NetworkFaultTests {
    /// Whether this machine lets us mount files of our own over the system's.
    static let canMount =
        getuid() == 0
        && (try? runs(["unshare", "-m", "true"])) == true

    private static func runs(_ words: [String]) throws -> Bool {
        let process = try TestProcess(words[0], Array(words.dropFirst()))
        for _ in 0..<400 where process.ended == nil { usleep(5000) }
        return process.ended == .code(0)
    }

    private func expectSteady(
        _ reports: [HostileAggregator.Received],
        _ location: SourceLocation = #_sourceLocation
    ) {
        let windows = reports.flatMap(\.report.windows).filter { $0.length >= 900 }
        #expect(!windows.isEmpty, sourceLocation: location)
        #expect(
            windows.allSatisfy { Double($0.samples) >= Double($0.length) * 15 / 1000 * 0.4 },
            "\(windows)", sourceLocation: location)
    }

    /// Starts the agent with files of our own in place of the system's.
    private func start(
        _ world: AgentWorld, _ settings: [String: String?], files: [String: String]
    ) throws -> TestProcess {
        var script = ""
        for (path, own) in files { script += "mount --bind \(own) \(path) && " }
        let environment = world.settings.merging(settings) { $1 }.merging([
            "AGENT_HEALTH_SOCKET": "none"
        ]) { $1 }
        return try TestProcess(
            "unshare", ["-m", "sh", "-c", script + "exec \(try AgentProgram.best.path) run"],
            environment: environment)
    }

    @Test(.enabled(if: canMount))
    func aResolverThatIsSilentStopsNothing() async throws {
        let world = try await AgentWorld()
        let directory = try TemporaryDirectory()
        let silent = try SilentResolver()
        let resolver = try directory.write(
            "resolv.conf", "nameserver \(silent.address)\noptions timeout:5 attempts:5\n")
        let hosts = try directory.write("hosts", "127.0.0.1 localhost\n")
        let agent = try start(
            world, ["AGGREGATOR_URL": "http://aggregator.test:\(world.aggregator.port)"],
            files: ["/etc/resolv.conf": resolver, "/etc/hosts": hosts])
        try await agent.output(contains: "aggregator.down")
        try await Task.sleep(for: .seconds(4))
        #expect(agent.count("aggregator.down") <= 2)
        // The name is known again.
        let back = ContinuousClock.now
        try "127.0.0.1 aggregator.test\n".write(toFile: hosts, atomically: false, encoding: .utf8)
        let reports = try await world.aggregator.reports("recovery") { $0.count >= 2 }
        #expect(ContinuousClock.now - back < .seconds(4))
        expectSteady(reports)
        agent.signal(SIGTERM)
        #expect(try await agent.exit() == .code(0))
    }

    @Test(.enabled(if: canMount))
    func deadAddressesOfANameAreSteppedOver() async throws {
        let world = try await AgentWorld()
        let directory = try TemporaryDirectory()
        // The first refuses, the second swallows what it is sent, the third serves.
        let swallowing = try SwallowingListener("127.8.8.8", port: world.aggregator.port)
        let hosts = try directory.write(
            "hosts",
            "127.7.7.7 aggregator.test\n127.8.8.8 aggregator.test\n127.0.0.1 aggregator.test\n")
        let agent = try start(
            world, ["AGGREGATOR_URL": "http://aggregator.test:\(world.aggregator.port)"],
            files: ["/etc/hosts": hosts])
        let reports = try await world.aggregator.reports("the living address") { $0.count >= 3 }
        expectSteady(reports)
        withExtendedLifetime((swallowing, agent)) {}
    }

    @Test(arguments: AgentProgram.built)
    func speaksTLSAndKnowsItsOwnAggregatorOnly(program: AgentProgram) async throws {
        let ours = try await TestCertificates()
        let others = try await TestCertificates()
        let world = try await AgentWorld(tls: ours.issue("server", for: "IP:127.0.0.1"))
        let trusting = try world.run(program, ["AGGREGATOR_CA_FILE": ours.authority])
        let reports = try await world.aggregator.reports("over TLS") { $0.count >= 3 }
        #expect(Set(reports.map(\.connection)).count == 1, "one kept connection")
        trusting.signal(SIGTERM)
        #expect(try await trusting.exit() == .code(0))
        #expect(try world.aggregator.reports().last?.report.state == "stopping")

        let distrusting = try world.run(program, ["AGGREGATOR_CA_FILE": others.authority])
        try await distrusting.output(contains: "\"kind\":\"tls\"")
        try await Task.sleep(for: .seconds(2))
        #expect(distrusting.count("aggregator.down") == 1)
        let probe = try program.start(
            ["probe"], world.settings.merging(["AGGREGATOR_CA_FILE": others.authority]) { $1 })
        #expect(try await probe.exit() == .code(14))
    }

    @Test(arguments: [
        HostileAggregator.Mode.noTLS, .refuse, .reset, .hang, .close, .slow(seconds: 0.7),
    ])
    func overTLSSamplingKeepsItsBeatToo(mode: HostileAggregator.Mode) async throws {
        let ours = try await TestCertificates()
        let world = try await AgentWorld(tls: ours.issue("server", for: "IP:127.0.0.1"))
        let agent = try world.run(.best, ["AGGREGATOR_CA_FILE": ours.authority])
        _ = try await world.aggregator.reports("steady state") { $0.count >= 2 }
        try world.aggregator.set(.refuse)
        try world.aggregator.set(mode)
        try await Task.sleep(for: .seconds(3))
        let before = try world.aggregator.reports().count
        try world.aggregator.set(.ok)
        let reports = try await world.aggregator.reports("recovery") { $0.count > before + 1 }
        expectSteady(reports)
        agent.signal(SIGTERM)
        #expect(try await agent.exit() == .code(0))
        #expect(try #require(agent.number("tookMs")) < 1000)
    }
}

/// A name server that never answers.
private final class SilentResolver {
    /// Its own, since a resolver is always asked at port 53.
    let address = "127.\(UInt8.random(in: 1...254)).\(UInt8.random(in: 1...254)).9"
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard bindLoopback(descriptor, address, port: 53) else {
            throw TestFailure("port 53 of \(address) is not ours")
        }
    }

    deinit { close(descriptor) }
}

/// A port whose queue of connections is full, so that the kernel drops further ones.
private final class SwallowingListener {
    private var descriptors: [Int32] = []

    init(_ host: String, port: Int) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptors.append(listener)
        guard bindLoopback(listener, host, port: port), listen(listener, 0) == 0 else {
            throw TestFailure("\(host):\(port) is not ours")
        }
        for _ in 0..<4 {
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            descriptors.append(client)
            var address = loopback(host, port: port)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}

private func loopback(_ host: String, port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    inet_pton(AF_INET, host, &address.sin_addr)
    return address
}

private func bindLoopback(_ descriptor: Int32, _ host: String, port: Int) -> Bool {
    var address = loopback(host, port: port)
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
