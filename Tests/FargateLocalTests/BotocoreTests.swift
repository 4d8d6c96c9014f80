import Foundation
import TestSupport
import Testing

@testable import FargateLocal

/// botocore, as it is for AWS, is the judge of every shape and error.
@Suite struct BotocoreTests {
    private struct Answers: Decodable {
        struct Task: Decodable {
            let lastStatus, group, taskArn, createdAt: String
            let attachments: [Attachment]
        }
        struct Attachment: Decodable {
            let details: [[String: String]]
        }
        struct Service: Decodable {
            let desiredCount, runningCount, pendingCount: Int
            let deployments: [Deployment]
        }
        struct Deployment: Decodable {
            let status, rolloutState: String
        }
        struct Cluster: Decodable {
            let clusterName: String
            let runningTasksCount, activeServicesCount: Int
        }
        struct Failure: Decodable {
            let arn, reason: String
        }
        let tasks: [Task]
        let taskFailures: [Failure]
        let service: Service
        let serviceFailures: [Failure]
        let clusters: [Cluster]
        let clusterFailures: [Failure]
        let pages: [Int]
        let updated: Int
        let updatedByArn: Int
        let stopped: [String]
        let published: Int
        let errors: [String: [String]]
    }

    @Test func botocoreUnderstandsEveryAnswer() async throws {
        let fargate = try await RunningFargate([])
        defer { fargate.process.end() }
        try await fargate.waitForRunning(2)
        let python = try TestProcess(
            Repository.python,
            [Repository.support("fargate_calls.py"), fargate.addresses.endpoint])
        #expect(try await python.exit(within: .seconds(60)) == .code(0), "\(python.output)")
        let answers = try RunningFargate.decode(Answers.self, python.output)
        expectShapes(answers)
        expectErrors(answers.errors)
        try expectMessage(fargate)
    }

    private func expectShapes(_ answers: Answers) {
        #expect(answers.tasks.map(\.lastStatus) == ["RUNNING", "RUNNING"])
        #expect(answers.tasks.allSatisfy { $0.group == "service:web" })
        let details = answers.tasks.first?.attachments.first?.details ?? []
        #expect(details.contains(["name": "privateIPv4Address", "value": "127.0.0.1"]))
        #expect(answers.taskFailures.map(\.reason) == ["MISSING"])
        #expect(answers.service.runningCount == 2 && answers.service.pendingCount == 0)
        #expect(answers.service.deployments.map(\.status) == ["PRIMARY"])
        #expect(answers.service.deployments.map(\.rolloutState) == ["COMPLETED"])
        #expect(answers.serviceFailures.map(\.reason) == ["MISSING"])
        #expect(answers.clusters.map(\.clusterName) == ["local"])
        #expect(answers.clusters.map(\.runningTasksCount) == [2])
        #expect(answers.clusterFailures.map(\.reason) == ["MISSING"])
        #expect(answers.pages == [1, 1])
        #expect(answers.updated == 3 && answers.updatedByArn == 2)
        #expect(answers.stopped == ["UserInitiated", "test", "STOPPED"])
        #expect(answers.published == 36)
    }

    private func expectErrors(_ errors: [String: [String]]) {
        let expected = [
            "noCluster": ["ClusterNotFoundException", "ClusterNotFoundException"],
            "noService": ["ServiceNotFoundException", "ServiceNotFoundException"],
            "negative": ["InvalidParameterException", "InvalidParameterException"],
            "tooMany": ["InvalidParameterException", "InvalidParameterException"],
            "twice": ["InvalidParameterException", "InvalidParameterException"],
            "noTask": ["InvalidParameterException", "InvalidParameterException"],
            "elevenServices": ["InvalidParameterException", "InvalidParameterException"],
            "unknownOperation": ["ClientError", "UnknownOperationException"],
            "unsigned": ["ClientError", "MissingAuthenticationTokenException"],
            "noTopic": ["InvalidParameterException", "InvalidParameter"],
            "badSubject": ["InvalidParameterException", "InvalidParameter"],
        ]
        #expect(errors == expected)
    }

    private func expectMessage(_ fargate: RunningFargate) throws {
        let page = try fargate.local(RecordPage<RecordedMessage>.self, "messages")
        let message = try #require(page.entries.first)
        #expect(page.count == 1)
        #expect(message.subject == "2 -> 3 & more")
        #expect(message.message == #"{"reason": "ü + <b>"}"#)
        #expect(message.attributes["to"]?.value == "3")
        #expect(message.accessKeyID == "AKIATEST")
    }
}
