import FargateLocal
import HTTPServer
import Platform

/// Answers DescribeServices and UpdateService for services whose tasks are only reports.
///
/// So the aggregator knows the counts and decides; without them every decision would be to wait.
final class ECSStandIn: Sendable {
    private let server: HTTPServer
    var url: String { "http://127.0.0.1:\(server.port)" }

    /// `services` are the counts that run, by name.
    init(cluster: String, services: [String: Int]) throws {
        let counted = Lock(
            CountedServices(cluster: cluster, running: services, region: "eu-central-1"))
        server = try HTTPServer(HTTPServerOptions(address: "127.0.0.1", port: 0)) { request in
            let (target, body) = (request.header("X-Amz-Target") ?? "", request.body)
            return .response(counted.withLock { $0.answer(target: target, body) })
        }
    }
}
