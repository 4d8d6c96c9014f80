import Foundation
import Platform
import TestSupport

/// One task: Debian's nginx and the built agent beside it, with a metadata endpoint that tells who
/// they are.
final class AgentTask {
    private let metadata: CaptureServer
    private let nginx: RealNginx
    private let agent: TestProcess

    /// Of half a processor and 400 MiB. With `stats`, its statistics always say that.
    init(
        _ taskARN: String, service: String, aggregator: String, stats: String? = nil
    ) async throws {
        let document = """
            {"Cluster":"demo","TaskARN":"\(taskARN)","Family":"web","Revision":"1",
             "ServiceName":"\(service)","AvailabilityZone":"eu-west-1a",
             "Limits":{"CPU":0.5,"Memory":400}}
            """
        let json = ["Content-Type": "application/json"]
        metadata = try await CaptureServer(
            ([document] + (stats.map { [$0] } ?? [])).map { .init(headers: json, body: $0) })
        nginx = try await RealNginx()
        agent = try TestProcess(
            try Repository.program("agent"), ["run"],
            environment: [
                "ECS_CONTAINER_METADATA_URI_V4": metadata.url, "AGGREGATOR_URL": aggregator,
                "NGINX_STATUS_URL": nginx.statusURL,
                "AGENT_TASK_STATS": stats == nil ? "off" : "on",
                "AGGREGATOR_TOKEN": nil, "ECS_SERVICE_NAME": nil, "AGENT_HEALTH_SOCKET": "none",
            ])
    }

    var output: String { agent.output }

    /// Requests under way: each has sent a part of its head, which nginx counts as reading.
    func hold(_ count: Int) throws -> [HeldRequest] {
        try nginx.hold(count)
    }
}
