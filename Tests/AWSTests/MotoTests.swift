import TestSupport
import Testing

@testable import AWS

/// What a third party's ECS and SNS, which check signatures, make of our calls.
@Suite(.moto) struct MotoTests {
    private func moto() throws -> MotoServer {
        try #require(MotoTrait.current)
    }

    private func client(secret: String? = nil) throws -> AWSClient {
        let moto = try moto()
        return try AWSTests.client([
            "AWS_REGION": moto.world.region, "AWS_ENDPOINT_URL": moto.url,
            "AWS_ACCESS_KEY_ID": moto.world.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": secret ?? moto.world.secretAccessKey,
        ])
    }

    @Test func changesTheDesiredCount() async throws {
        let ecs = ECSClient(try client())
        let updated = try await ecs.updateService(
            cluster: "demo", service: "web", desiredCount: 7)
        #expect(updated.desiredCount == 7)
        #expect(updated.name == "web")
        #expect(updated.isActive)
        #expect(try await moto().desiredCount("web") == 7)
        let described = try await ecs.describeServices(cluster: "demo", services: ["web"])
        #expect(described.found.map(\.desiredCount) == [7])
        #expect(described.failures == [])
    }

    @Test func tellsServicesThatAreNotThere() async throws {
        let names = (0..<11).map { "absent-\($0)" } + ["other"]
        let described = try await ECSClient(client()).describeServices(
            cluster: "demo", services: names)
        #expect(described.found.map(\.name) == ["other"])
        #expect(described.failures.count == 11)
        #expect(described.failures.allSatisfy { $0.reason == "MISSING" })
    }

    @Test func findsTheServiceOfATask() async throws {
        let ecs = ECSClient(try client())
        let world = try moto().world
        let described = try await ecs.describeTasks(
            cluster: world.clusterARN, tasks: world.taskARNs)
        #expect(described.found.map(\.serviceName) == ["web", "web", "web"])
        #expect(described.found.allSatisfy { $0.addresses.first?.contains(".") == true })
        #expect(described.failures == [])
    }

    @Test func publishesToTheTopic() async throws {
        let sns = SNSClient(try client())
        let body = #"{"service":"web","reason":"Überlast → 7 tasks & “more”"}"#
        let id = try await sns.publish(
            SNSMessage(
                subject: "demo/web: 2 → 7 tasks", body: body,
                attributes: ["service": .string("wéb"), "to": .number(7)]),
            topicARN: moto().world.topicARN)
        let heard = try #require(try await moto().hearMessage())
        #expect(heard["MessageId"] as? String == id)
        #expect(heard["Subject"] as? String == "demo/web: 2 -> 7 tasks")
        #expect(heard["Message"] as? String == body)
        let attributes = heard["MessageAttributes"] as? [String: [String: String]]
        #expect(
            attributes == [
                "service": ["Type": "String", "Value": "wéb"],
                "to": ["Type": "Number", "Value": "7"],
            ])
    }

    @Test func seesAndSuspendsScalableTargets() async throws {
        let id = ApplicationAutoScalingClient.resourceID(cluster: "demo", service: "third")
        let parameters: [String: Any] = [
            "ServiceNamespace": "ecs", "ResourceId": id,
            "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1, "MaxCapacity": 9,
        ]
        let name = "application-autoscaling"
        _ = try await moto().call(name, "register_scalable_target", parameters)
        let client = ApplicationAutoScalingClient(try client())
        let absent = ApplicationAutoScalingClient.resourceID(cluster: "demo", service: "absent")
        let found = try await client.describeScalableTargets([id, absent])
        #expect(found.map(\.resourceID) == [id])
        #expect(found.first?.suspended == SuspendedState.none)
        try await client.registerScalableTarget(id, suspended: .all)
        let answer = try await moto().call(
            name, "describe_scalable_targets",
            ["ServiceNamespace": "ecs", "ResourceIds": [id]])
        let target = (answer["ScalableTargets"] as? [[String: Any]])?.first
        #expect(target?["MaxCapacity"] as? Int == 9)
        #expect(
            target?["SuspendedState"] as? [String: Bool] == [
                "DynamicScalingInSuspended": true, "DynamicScalingOutSuspended": true,
                "ScheduledScalingSuspended": true,
            ])
        #expect(try await client.describeScalableTargets([id]).first?.suspended == .all)
    }

    @Test func tellsAWrongSecretAndTriesOnce() async throws {
        let client = try client(secret: "wrong")
        let before = try await moto().desiredCount("other")
        let error = await #expect(throws: AWSError.self) {
            try await ECSClient(client).updateService(
                cluster: "demo", service: "other", desiredCount: 9)
        }
        guard case .refused(let refusal) = error else {
            throw TestFailure("\(String(describing: error))")
        }
        #expect(refusal.code == "SignatureDoesNotMatch")
        #expect(refusal.operation == "UpdateService")
        #expect(refusal.status == 403)
        #expect(refusal.kind == .denied)
        #expect(refusal.message.hasPrefix("The request signature we calculated does not match"))
        #expect(try await moto().desiredCount("other") == before)
        await #expect(throws: AWSError.self) {
            try await SNSClient(client).publish(
                SNSMessage(subject: "s", body: "b"), topicARN: moto().world.topicARN)
        }
    }

    @Test func tellsWhatIsNotThere() async throws {
        let ecs = ECSClient(try client())
        for (cluster, service, code) in [
            ("demo", "absent", "ServiceNotFoundException"),
            ("absent", "web", "ClusterNotFoundException"),
        ] {
            let error = await #expect(throws: AWSError.self) {
                try await ecs.updateService(cluster: cluster, service: service, desiredCount: 1)
            }
            guard case .refused(let refusal) = error else {
                throw TestFailure("\(String(describing: error))")
            }
            #expect(refusal.code == code)
            #expect(refusal.status == 400)
            #expect(refusal.kind == .lasting)
            #expect(refusal.requestID?.isEmpty == false)
        }
        let error = await #expect(throws: AWSError.self) {
            try await SNSClient(client()).publish(
                SNSMessage(subject: "s", body: "b"),
                topicARN: "arn:aws:sns:eu-west-1:123456789012:absent")
        }
        #expect(error?.code == "NotFound")
    }
}
