import FoundationEssentials

/// The operations of DynamoDB that a lease and lasting state need, on one table whose key is `pk`
/// and `sk`.
///
/// Reads are strongly consistent. A write with a condition is tried once, since a second attempt
/// after a lost answer would fail on what the first one did; whoever calls reads and decides.
package struct DynamoDBClient: Sendable {
    private let client: AWSClient
    private let table: String

    package init(_ client: AWSClient, table: String) {
        self.client = client
        self.table = table
    }

    package struct Key: Hashable, Sendable {
        package var partition: String
        package var sort: String

        package init(_ partition: String, _ sort: String) {
            self.partition = partition
            self.sort = sort
        }

        var item: DynamoDBItem { ["pk": .text(partition), "sk": .text(sort)] }
    }

    /// `nil` when there is no such item.
    package func item(
        _ key: Key, within limit: Duration = AWSLimits.tableTimeout
    ) async throws(DynamoDBFailure) -> DynamoDBItem? {
        struct Input: Encodable {
            let TableName: String
            let Key: DynamoDBItem
            let ConsistentRead = true
        }
        struct Output: Decodable { let Item: DynamoDBItem? }
        let output: Output = try await call(
            "GetItem", Input(TableName: table, Key: key.item), within: limit)
        return output.Item
    }

    /// Puts the whole item in place of the one of its key.
    package func put(
        _ item: DynamoDBItem, at key: Key, if condition: DynamoDBCondition? = nil,
        within limit: Duration = AWSLimits.tableTimeout
    ) async throws(DynamoDBFailure) {
        struct Input: Encodable {
            let TableName: String
            let Item: DynamoDBItem
            let ConditionExpression: String?
            let ExpressionAttributeValues: [String: DynamoDBValue]?
        }
        let values = condition?.values ?? [:]
        let _: Nothing = try await call(
            "PutItem",
            Input(
                TableName: table, Item: item.merging(key.item) { $1 },
                ConditionExpression: condition?.expression,
                ExpressionAttributeValues: values.isEmpty ? nil : values),
            within: limit)
    }

    /// Changes attributes of an item, as `SET a = :a`.
    package func update(
        _ key: Key, _ expression: String, _ values: [String: DynamoDBValue],
        if condition: DynamoDBCondition? = nil, within limit: Duration = AWSLimits.tableTimeout
    ) async throws(DynamoDBFailure) {
        struct Input: Encodable {
            let TableName: String
            let Key: DynamoDBItem
            let UpdateExpression: String
            let ConditionExpression: String?
            let ExpressionAttributeValues: [String: DynamoDBValue]
        }
        let _: Nothing = try await call(
            "UpdateItem",
            Input(
                TableName: table, Key: key.item, UpdateExpression: expression,
                ConditionExpression: condition?.expression,
                ExpressionAttributeValues: values.merging(condition?.values ?? [:]) { $1 }),
            within: limit)
    }

    /// Every item of a partition, a page after another: an answer ends at 1 MB.
    package func items(
        of partition: String, within limit: Duration = AWSLimits.tableTimeout
    ) async throws(DynamoDBFailure) -> [DynamoDBItem] {
        struct Input: Encodable {
            let TableName: String
            let KeyConditionExpression = "pk = :pk"
            let ExpressionAttributeValues: [String: DynamoDBValue]
            let ConsistentRead = true
            let ExclusiveStartKey: DynamoDBItem?
        }
        struct Output: Decodable {
            let Items: [DynamoDBItem]
            let LastEvaluatedKey: DynamoDBItem?
        }
        var items: [DynamoDBItem] = []
        var next: DynamoDBItem?
        for _ in 0..<AWSLimits.tablePagesMax {
            let output: Output = try await call(
                "Query",
                Input(
                    TableName: table, ExpressionAttributeValues: [":pk": .text(partition)],
                    ExclusiveStartKey: next),
                within: limit)
            items += output.Items
            next = output.LastEvaluatedKey
            if next == nil { return items }
        }
        throw .lasting(reason: "Query: more than \(AWSLimits.tablePagesMax) pages")
    }

    /// An answer of which nothing is needed.
    private struct Nothing: Decodable {}

    private func call<Output: Decodable>(
        _ operation: String, _ input: some Encodable, within limit: Duration
    ) async throws(DynamoDBFailure) -> Output {
        guard let body = try? JSONEncoder().encode(input) else {
            throw .lasting(reason: "\(operation): the parameters are no JSON")
        }
        let call = AWSCall(
            service: .dynamodb, operation: operation, rateClass: .table, body: Array(body))
        let answer: [UInt8]
        do throws(AWSError) {
            answer = try await client.send(call.once(within: limit))
        } catch {
            throw DynamoDBFailure(error)
        }
        guard let output = try? JSONDecoder().decode(Output.self, from: Data(answer)) else {
            throw .unavailable(reason: "\(operation) answered what is not understood")
        }
        return output
    }
}
