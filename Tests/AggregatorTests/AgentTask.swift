import Foundation
import Platform
import TestSupport

/// One task: Debian's nginx and the built agent beside it, with a metadata endpoint that tells who
/// they are.
final class AgentTask {
    private let metadata: CaptureServer
    private let nginx: RealNginx
    private let agent: TestProcess

    init(_ taskARN: String, service: String, aggregator: String) async throws {
        metadata = try await CaptureServer([
            .init(
                headers: ["Content-Type": "application/json"],
                body: """
                    {"Cluster":"demo","TaskARN":"\(taskARN)","Family":"web","Revision":"1",
                     "ServiceName":"\(service)","AvailabilityZone":"eu-west-1a"}
                    """)
        ])
        nginx = try await RealNginx()
        agent = try TestProcess(
            try Repository.program("agent"), ["run"],
            environment: [
                "ECS_CONTAINER_METADATA_URI_V4": metadata.url, "AGGREGATOR_URL": aggregator,
                "NGINX_STATUS_URL": nginx.statusURL,
                "AGGREGATOR_TOKEN": nil, "ECS_SERVICE_NAME": nil, "AGENT_HEALTH_SOCKET": "none",
            ])
    }

    var output: String { agent.output }

    /// Requests under way: each has sent a part of its head, which nginx counts as reading.
    func hold(_ count: Int) throws -> [HeldRequest] {
        try nginx.hold(count)
    }
}
