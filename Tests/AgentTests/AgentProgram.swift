import Foundation
import TestSupport
import Testing

/// The agent as built: the ordinary one beside the tests, and the one that ships when it is there.
enum AgentProgram: String, CaseIterable, CustomTestStringConvertible {
    case ordinary
    case shipped

    var testDescription: String { rawValue }

    static var built: [AgentProgram] {
        allCases.filter { (try? $0.path) != nil }
    }

    /// The one that ships, or the ordinary one where that is not built.
    static var best: AgentProgram { built.last ?? .ordinary }

    var path: String {
        get throws {
            switch self {
            case .ordinary: return try Repository.program("agent")
            case .shipped:
                let path = "\(Repository.root)/.build/agent/agent"
                guard FileManager.default.isExecutableFile(atPath: path) else {
                    throw TestFailure("\(path) is not built")
                }
                return path
            }
        }
    }

    /// Runs it with the settings of a task, and nothing else of this program's that it would heed.
    func start(
        _ arguments: [String], _ settings: [String: String?] = [:]
    ) throws -> TestProcess {
        var environment: [String: String?] = [
            "ECS_CONTAINER_METADATA_URI_V4": nil, "AGGREGATOR_URL": nil, "NGINX_STATUS_URL": nil,
            "AGGREGATOR_TOKEN": nil, "ECS_SERVICE_NAME": nil, "AGENT_HEALTH_SOCKET": "none",
        ]
        for (name, value) in settings { environment[name] = value }
        return try TestProcess(path, arguments, environment: environment)
    }
}

/// A task's worth of processes: nginx, an aggregator, and an agent between them.
struct AgentWorld {
    let nginx: RealNginx
    let aggregator: HostileAggregator

    init(tls identity: TestCertificates.Pair? = nil) async throws {
        nginx = try await RealNginx()
        aggregator = try await HostileAggregator(tls: identity)
    }

    var settings: [String: String?] {
        [
            "ECS_CONTAINER_METADATA_URI_V4": aggregator.metadataURI,
            "AGGREGATOR_URL": aggregator.url, "NGINX_STATUS_URL": nginx.statusURL,
            // It serves on loopback only, which is not looked for.
            "NGINX_PORTS": "\(nginx.publicPort)",
        ]
    }

    func run(
        _ program: AgentProgram = .best, _ more: [String: String?] = [:]
    ) throws -> TestProcess {
        try program.start(["run"], settings.merging(more) { $1 })
    }
}

extension TestProcess {
    /// The log's events, in order.
    var events: [String] {
        output.split(separator: "\n").compactMap { line in
            let object = try? JSONSerialization.jsonObject(with: Data(line.utf8))
            return (object as? [String: Any])?["event"] as? String
        }
    }

    /// The last number of this name in the log.
    func number(_ name: String) -> Double? {
        let objects = output.split(separator: "\n").compactMap { line in
            try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        }
        return objects.compactMap { $0[name] as? Double }.last
    }

    func count(_ event: String) -> Int {
        events.filter { $0 == event }.count
    }
}
