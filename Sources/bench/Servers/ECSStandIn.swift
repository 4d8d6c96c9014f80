import Foundation
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
        let desired = Lock(services)
        server = try HTTPServer(HTTPServerOptions(address: "127.0.0.1", port: 0)) { request in
            let target = request.header("X-Amz-Target") ?? ""
            let input = try? JSONDecoder().decode(Input.self, from: Data(request.body))
            let names = input?.services ?? [input?.service ?? ""]
            let found = desired.withLock { desired in
                if let count = input?.desiredCount { desired[names[0]] = count }
                return names.map { name in
                    Service(
                        serviceArn: "\(Self.arn):service/\(cluster)/\(name)", serviceName: name,
                        clusterArn: "\(Self.arn):cluster/\(cluster)",
                        desiredCount: desired[name] ?? 0, runningCount: services[name] ?? 0)
                }
            }
            let output =
                target.hasSuffix(".UpdateService")
                ? Output(service: found[0], services: nil) : Output(service: nil, services: found)
            let body = (try? JSONEncoder().encode(output)) ?? Data()
            return .response(
                HTTPResponse(
                    status: 200, contentType: "application/x-amz-json-1.1", body: Array(body)))
        }
    }

    private static let arn = "arn:aws:ecs:eu-central-1:123456789012"

    private struct Input: Decodable {
        let services: [String]?
        let service: String?
        let desiredCount: Int?
    }

    private struct Output: Encodable {
        let service: Service?
        let services: [Service]?
    }

    private struct Service: Encodable {
        let serviceArn: String
        let serviceName: String
        let clusterArn: String
        let status = "ACTIVE"
        let desiredCount: Int
        let runningCount: Int
        let pendingCount = 0
        let deployments: [String] = []
    }
}
