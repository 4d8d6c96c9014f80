import Foundation

/// moto with a cluster `demo` of the services `web` and `other`, a topic, and a queue that hears
/// it.
///
/// It checks signatures. Source: Tests/Support/moto_server.py.
package final class MotoServer: Sendable {
    package struct World: Decodable, Sendable {
        package let port: Int
        package let region: String
        package let accessKeyID: String
        package let secretAccessKey: String
        package let clusterARN: String
        package let topicARN: String
        package let queueURL: String
        /// Three tasks of the service `web`.
        package let taskARNs: [String]
    }

    package let process: TestProcess
    package let world: World

    package init() async throws {
        process = try TestProcess(Repository.python, [Repository.support("moto_server.py")])
        let process = process
        try await eventually("moto is ready: \(process.output)", within: .seconds(60)) {
            if let ended = process.ended {
                throw TestFailure("moto ended with \(ended): \(process.output)")
            }
            return process.output.contains("taskARNs")
        }
        let line = process.output.split(separator: "\n").first { $0.contains("taskARNs") } ?? ""
        world = try JSONDecoder().decode(World.self, from: Data(line.utf8))
    }

    package var url: String { "http://127.0.0.1:\(world.port)" }

    /// What a program needs to speak with it; `nil` where it must not be set.
    package var environment: [String: String?] {
        [
            "AWS_ENDPOINT_URL": url, "AWS_REGION": world.region,
            "AWS_DEFAULT_REGION": world.region, "AWS_ACCESS_KEY_ID": world.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": world.secretAccessKey, "AWS_SESSION_TOKEN": nil,
            "AWS_ENDPOINT_URL_ECS": nil, "AWS_ENDPOINT_URL_SNS": nil,
            "AWS_ENDPOINT_URL_DYNAMODB": nil,
        ]
    }

    /// Makes a call with boto3, apart from our own client, and gives the answer's JSON.
    package func call(
        _ service: String, _ operation: String, _ parameters: [String: Any]
    ) async throws -> [String: Any] {
        let text = String(
            decoding: try JSONSerialization.data(withJSONObject: parameters), as: UTF8.self)
        let process = try TestProcess(
            Repository.python, [Repository.support("aws_call.py"), service, operation, text],
            environment: environment)
        guard try await process.exit(within: .seconds(30)) == .code(0),
            let answer = try JSONSerialization.jsonObject(with: Data(process.output.utf8))
                as? [String: Any]
        else { throw TestFailure("\(service) \(operation): \(process.output)") }
        return answer
    }

    /// The desired count of a service of the cluster `demo`.
    package func desiredCount(_ service: String) async throws -> Int? {
        let answer = try await call(
            "ecs", "describe_services", ["cluster": "demo", "services": [service]])
        return (answer["services"] as? [[String: Any]])?.first?["desiredCount"] as? Int
    }

    /// The next message that the queue heard, as SNS wrapped it: `Subject`, `Message`,
    /// `MessageAttributes` and more; `nil` when there is none within a second.
    package func hearMessage() async throws -> [String: Any]? {
        let answer = try await call(
            "sqs", "receive_message", ["QueueUrl": world.queueURL, "WaitTimeSeconds": 1])
        guard let message = (answer["Messages"] as? [[String: Any]])?.first,
            let handle = message["ReceiptHandle"], let body = message["Body"] as? String
        else { return nil }
        _ = try await call(
            "sqs", "delete_message", ["QueueUrl": world.queueURL, "ReceiptHandle": handle])
        return try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
    }
}
