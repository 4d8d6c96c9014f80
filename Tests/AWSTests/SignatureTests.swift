import Foundation
import TestSupport
import Testing

@testable import AWS

/// botocore recomputes the signatures of what we really sent.
@Suite struct SignatureTests {
    private static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

    @Test(arguments: [nil, "FwoGZXIvYXdzEBYaD+/=token"])
    func matchBotocores(token: String?) async throws {
        let server = try await CaptureServer([.init(body: "{}")])
        var environment = ["AWS_ENDPOINT_URL": server.url, "AWS_SECRET_ACCESS_KEY": Self.secret]
        environment["AWS_SESSION_TOKEN"] = token
        let client = try AWSTests.client(environment)
        let ecs = ECSClient(client)
        let sns = SNSClient(client)
        // The answers mean nothing; what counts is what was sent.
        _ = try? await ecs.updateService(cluster: "demo", service: "wéb → ü", desiredCount: 3)
        _ = try? await ecs.describeServices(cluster: "a b", services: ["x", "y/z"])
        _ = try? await ecs.describeTasks(
            cluster: "demo", tasks: (0..<100).map { "arn:aws:ecs:eu-west-1:1:task/demo/\($0)" })
        for region in ["eu-west-1", "us-east-2"] {
            _ = try? await sns.publish(
                SNSMessage(
                    subject: "a & b = ü", body: "line\nbreak ~*'() €\u{1F680}",
                    attributes: ["to": .number(-1), "service": .string("ü & +")]),
                topicARN: "arn:aws:sns:\(region):123456789012:topic")
        }
        _ = try? await sns.publish(
            SNSMessage(subject: "", body: String(repeating: "€", count: 60_000)),
            topicARN: "arn:aws:sns:eu-west-1:123456789012:topic.fifo", deduplicationID: "1")
        #expect(try server.requests().count == 6)

        let directory = try TemporaryDirectory()
        let file = try directory.write("requests", server.process.output)
        let check = try TestProcess(
            Repository.python, [Repository.support("check_signatures.py"), file],
            environment: [
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": Self.secret,
                "AWS_SESSION_TOKEN": token,
            ])
        _ = try await check.exit(within: .seconds(30))
        #expect(check.output == "6 match\n")
    }

    @Test func isCheckedByTheCheck() async throws {
        let server = try await CaptureServer([.init(body: "{}")])
        let client = try AWSTests.client([
            "AWS_ENDPOINT_URL": server.url, "AWS_SECRET_ACCESS_KEY": "another",
        ])
        _ = try? await ECSClient(client).describeTasks(cluster: "demo", tasks: ["t"])
        let directory = try TemporaryDirectory()
        let file = try directory.write("requests", server.process.output)
        let check = try TestProcess(
            Repository.python, [Repository.support("check_signatures.py"), file],
            environment: [
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": Self.secret,
                "AWS_SESSION_TOKEN": nil,
            ])
        #expect(try await check.exit(within: .seconds(30)) == .code(1))
        #expect(check.output.contains("ecs eu-west-1: botocore has"))
    }
}
