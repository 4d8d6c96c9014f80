import Foundation
import Transport

/// One turn's cost of a sample, in microseconds of a processor.
struct Turn {
    let cpu: Double
    let nginx: Double
    let samples: Double
}

/// A program that samples nginx, and what it has cost so far.
final class Contestant {
    let process: CostProcess
    /// Makes it take a sample, where it does not do so by itself.
    let scrape: (() throws -> Void)?
    var turns: [Turn] = []
    var residentKB = 0.0
    var ownKB = 0.0

    init(_ process: CostProcess, scrape: (() throws -> Void)? = nil) {
        self.process = process
        self.scrape = scrape
    }

    func median(_ value: (Turn) -> Double) -> Double {
        let sorted = turns.map(value).sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }
}

/// Everybody who takes turns.
struct Contestants {
    let ours: Contestant
    let peers: [Contestant]
    /// Ours again, over a unix socket.
    let overUnix: Contestant
    /// Ours again, at the rate it has when nobody sets one.
    let standard: Contestant
    /// Ours again, with the libraries of the system.
    let withSystemLibraries: Contestant

    var all: [Contestant] { [ours] + peers + [overUnix, standard, withSystemLibraries] }

    /// `libraries` is where ours finds its libraries first.
    init(
        _ servers: CostServers, agent: String, libraries: String, _ samplesPerSecond: Int
    ) throws {
        func ours(
            _ name: String, _ url: String, _ rate: Int?, libraries: String? = libraries
        ) throws -> Contestant {
            try Self.agent(
                name, servers, path: agent, libraries: libraries, url: url, rate)
        }
        self.ours = try ours("agent", servers.statusURL, samplesPerSecond)
        overUnix = try ours("agent over a unix socket", servers.unixURL, samplesPerSecond)
        standard = try ours("agent at its default rate", servers.statusURL, nil)
        withSystemLibraries = try ours(
            "agent with the system's libcurl", servers.statusURL, samplesPerSecond, libraries: nil)
        peers = [
            try Self.exporter(servers, Self.log("exporter", servers)),
            try Self.collectd(servers, Self.log("collectd", servers), samplesPerSecond),
        ]
    }

    static func agentAlone(
        _ servers: CostServers, agent path: String, _ samplesPerSecond: Int
    ) throws -> Contestant {
        try agent(
            "agent", servers, path: path, libraries: nil, url: servers.statusURL,
            samplesPerSecond)
    }

    private static func log(_ name: String, _ servers: CostServers) -> URL {
        servers.folder.appending(path: name + ".log")
    }

    private static func agent(
        _ name: String, _ servers: CostServers, path: String, libraries: String?, url: String,
        _ samplesPerSecond: Int?
    ) throws -> Contestant {
        var environment = [
            "AGGREGATOR_URL": "http://127.0.0.1:\(servers.listenerPort)",
            "ECS_CONTAINER_METADATA_URI_V4": "http://127.0.0.1:\(servers.listenerPort)/v4",
            "NGINX_STATUS_URL": url, "AGENT_HEALTH_SOCKET": "none",
            "LD_LIBRARY_PATH": libraries ?? "",
        ]
        if let rate = samplesPerSecond { environment["AGENT_SAMPLES_PER_SECOND"] = "\(rate)" }
        return Contestant(
            try CostProcess(
                name, path: path, arguments: ["run"], environment: environment,
                log: log(name, servers)))
    }

    private static func exporter(_ servers: CostServers, _ log: URL) throws -> Contestant {
        let port = try CostServers.freePort()
        let process = try CostProcess(
            "nginx-prometheus-exporter", path: "/usr/bin/prometheus-nginx-exporter",
            arguments: [
                "-nginx.scrape-uri=\(servers.statusURL)", "-web.listen-address=127.0.0.1:\(port)",
            ], log: log)
        let transfer = HTTPTransfer()
        return Contestant(process) {
            try transfer.prepare(HTTPRequest(.get, "http://127.0.0.1:\(port)/metrics"))
            try transfer.perform()
        }
    }

    private static func collectd(
        _ servers: CostServers, _ log: URL, _ samplesPerSecond: Int
    ) throws -> Contestant {
        let file = servers.folder.appending(path: "collectd.conf")
        let text = """
            BaseDir "\(servers.folder.path)"
            PIDFile "\(servers.folder.path)/collectd.pid"
            TypesDB "/usr/share/collectd/types.db"
            Interval \(1 / Double(samplesPerSecond))
            ReadThreads 1
            WriteThreads 1
            FQDNLookup false
            Hostname "bench"
            LoadPlugin nginx
            <Plugin nginx>
              URL "\(servers.statusURL)"
            </Plugin>

            """
        try text.write(to: file, atomically: true, encoding: .utf8)
        return Contestant(
            try CostProcess(
                "collectd", path: "/usr/sbin/collectd", arguments: ["-f", "-C", file.path],
                log: log))
    }
}
