import TestSupport
import Testing

@testable import AWS

/// What a third party's DynamoDB makes of our calls.
@Suite(.moto) struct DynamoDBClientTests {
    private func table(
        _ name: String = "autoscaler", endpoint: String? = nil
    ) throws -> DynamoDBClient {
        let moto = try #require(MotoTrait.current)
        let client = try AWSTests.client([
            "AWS_REGION": moto.world.region, "AWS_ENDPOINT_URL": endpoint ?? moto.url,
            "AWS_ACCESS_KEY_ID": moto.world.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": moto.world.secretAccessKey,
        ])
        return DynamoDBClient(client, table: name)
    }

    private let absent = DynamoDBCondition("attribute_not_exists(pk)")

    @Test func givesBackWhatWasPut() async throws {
        let table = try table()
        let key = DynamoDBClient.Key("given", "it")
        #expect(try await table.item(key) == nil)
        let item: DynamoDBItem = [
            "holder": .text("“a” \\ b"), "fence": .number(.max), "body": .bytes([0, 255, 7]),
        ]
        try await table.put(item, at: key)
        #expect(try await table.item(key) == item.merging(key.item) { $1 })
        try await table.update(
            key, "SET fence = :fence", [":fence": .number(-1)],
            if: DynamoDBCondition("holder = :holder", [":holder": .text("“a” \\ b")]))
        #expect(try await table.item(key)?["fence"] == .number(-1))
        #expect(try await table.item(key)?["body"] == .bytes([0, 255, 7]))
    }

    @Test func givesEveryItemOfAPartitionOverPages() async throws {
        let table = try table()
        let body = DynamoDBValue.bytes([UInt8](repeating: 1, count: 300_000))
        for number in 0..<5 {
            try await table.put(["body": body], at: .init("many", "item-\(number)"))
        }
        try await table.put([:], at: .init("other", "item"))
        let items = try await table.items(of: "many")
        #expect(items.map { $0["sk"]?.text } == (0..<5).map { "item-\($0)" })
        #expect(items.allSatisfy { $0["body"] == body })
        #expect(try await table.items(of: "nothing").isEmpty)
    }

    @Test func aConditionThatFailsIsAnAnswerOfItsOwn() async throws {
        let table = try table()
        let key = DynamoDBClient.Key("condition", "lease")
        try await table.put(["fence": .number(1)], at: key, if: absent)
        await #expect(throws: DynamoDBFailure.conditionFailed) {
            try await table.put(["fence": .number(2)], at: key, if: absent)
        }
        await #expect(throws: DynamoDBFailure.conditionFailed) {
            try await table.update(
                key, "SET fence = :new", [":new": .number(3)],
                if: DynamoDBCondition("fence = :old", [":old": .number(2)]))
        }
        #expect(try await table.item(key)?["fence"] == .number(1))
    }

    @Test func ofManyWritersOneWins() async throws {
        let table = try table()
        let absent = absent
        let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<12 {
                group.addTask {
                    do throws(DynamoDBFailure) {
                        try await table.put(
                            ["holder": .text("\(number)")], at: .init("race", "lease"), if: absent)
                        return true
                    } catch .conditionFailed {
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(wins == 1)
    }

    @Test func tellsWhatLastsFromWhatPasses() async throws {
        let lasting = await #expect(throws: DynamoDBFailure.self) {
            try await table("absent").item(.init("a", "b"))
        }
        guard case .lasting(let reason)? = lasting else {
            Issue.record("\(String(describing: lasting))")
            return
        }
        #expect(reason.contains("ResourceNotFoundException"))
        let passing = await #expect(throws: DynamoDBFailure.self) {
            try await table(endpoint: "http://127.0.0.1:9").item(.init("a", "b"))
        }
        guard case .unavailable? = passing else {
            Issue.record("\(String(describing: passing))")
            return
        }
    }

    @Test(arguments: [
        (400, "ProvisionedThroughputExceededException", "throttled"),
        (400, "ThrottlingException", "throttled"), (400, "RequestLimitExceeded", "throttled"),
        (500, "InternalServerError", "unavailable"), (503, "ServiceUnavailable", "unavailable"),
        (400, "ConditionalCheckFailedException", "conditionFailed"),
        (400, "ValidationException", "lasting"), (400, "AccessDeniedException", "lasting"),
        (400, "ResourceNotFoundException", "lasting"),
    ])
    func errorsFallIntoKinds(status: Int, code: String, kind: String) {
        let body = #"{"__type":"com.amazonaws.dynamodb.v20120810#\#(code)","message":"m"}"#
        let refusal = AWSRefusal(
            operation: "PutItem", status: status, body: Array(body.utf8), header: { _ in nil })
        #expect("\(DynamoDBFailure(.refused(refusal)))".hasPrefix(kind))
    }
}
