import Values

/// The operations of ECS that scaling needs.
///
/// A regular `describeServices` keeps the connection warm, so that `updateService` pays no
/// handshake.
package struct ECSClient: Sendable {
    private let client: AWSClient

    package init(_ client: AWSClient) {
        self.client = client
    }

    /// Sets a service's desired count and gives the service as it then is. Tried once: the next
    /// attempt is another decision. It is not sent after `latest`, of the monotonic clock.
    package func updateService(
        cluster: String, service: String, desiredCount: Int,
        within limit: Duration = AWSLimits.requestTimeout, notAfter latest: Instant? = nil
    ) async throws(AWSError) -> ECSService {
        guard desiredCount >= 0 else {
            throw .requestInvalid(
                operation: "UpdateService", detail: "desiredCount \(desiredCount) is below 0")
        }
        struct Input: Encodable {
            let cluster: String
            let service: String
            let desiredCount: Int
        }
        struct Output: Decodable { let service: ECSService }
        let output: Output = try await call(
            "UpdateService", .updateService,
            Input(cluster: cluster, service: service, desiredCount: desiredCount),
            onceWithin: limit, notAfter: latest)
        return output.service
    }

    /// Services of a cluster by name or ARN, ten a call; each tried once.
    package func describeServices(
        cluster: String, services: [String], within limit: Duration = AWSLimits.requestTimeout
    ) async throws(AWSError) -> ECSDescription<ECSService> {
        struct Input: Encodable {
            let cluster: String
            let services: [String]
        }
        struct Output: Decodable {
            let services: [ECSService]
            let failures: [ECSFailure]?
        }
        var description = ECSDescription<ECSService>()
        for some in services.chunks(of: AWSLimits.servicesPerDescribe) {
            let output: Output = try await call(
                "DescribeServices", .readServices, Input(cluster: cluster, services: some),
                onceWithin: limit)
            description.found += output.services
            description.failures += output.failures ?? []
        }
        return description
    }

    /// Tasks of a cluster by ARN, a hundred a call.
    package func describeTasks(
        cluster: String, tasks: [String]
    ) async throws(AWSError) -> ECSDescription<ECSTask> {
        struct Input: Encodable {
            let cluster: String
            let tasks: [String]
        }
        struct Output: Decodable {
            let tasks: [ECSTask]
            let failures: [ECSFailure]?
        }
        var description = ECSDescription<ECSTask>()
        for some in tasks.chunks(of: AWSLimits.tasksPerDescribe) {
            let output: Output = try await call(
                "DescribeTasks", .readTasks, Input(cluster: cluster, tasks: some))
            description.found += output.tasks
            description.failures += output.failures ?? []
        }
        return description
    }

    private func call<Output: Decodable>(
        _ operation: String, _ rateClass: RateClass, _ input: some Encodable,
        onceWithin limit: Duration? = nil, notAfter latest: Instant? = nil
    ) async throws(AWSError) -> Output {
        var call = AWSCall(service: .ecs, operation: operation, rateClass: rateClass, body: [])
        call.notAfter = latest
        return try await client.send(limit.map { call.once(within: $0) } ?? call, json: input)
    }
}
