/// The operations of Application Auto Scaling that show whether it changes the same counts, and
/// suspend it.
package struct ApplicationAutoScalingClient: Sendable {
    private static let namespace = "ecs"
    private static let dimension = "ecs:service:DesiredCount"
    private let client: AWSClient

    package init(_ client: AWSClient) {
        self.client = client
    }

    package static func resourceID(cluster: String, service: String) -> String {
        "service/\(cluster)/\(service)"
    }

    /// The scalable targets of those services that have one.
    package func describeScalableTargets(
        _ resourceIDs: [String]
    ) async throws(AWSError) -> [ScalableTarget] {
        struct Input: Encodable {
            let ServiceNamespace: String
            let ResourceIds: [String]
            let ScalableDimension: String
        }
        struct Output: Decodable { let ScalableTargets: [ScalableTarget] }
        var targets: [ScalableTarget] = []
        for some in resourceIDs.chunks(of: AWSLimits.scalableTargetsPerDescribe) {
            let output: Output = try await call(
                "DescribeScalableTargets",
                Input(
                    ServiceNamespace: Self.namespace, ResourceIds: some,
                    ScalableDimension: Self.dimension))
            targets += output.ScalableTargets
        }
        return targets
    }

    /// Suspends what a scalable target does, or resumes it; its bounds and policies stay.
    package func registerScalableTarget(
        _ resourceID: String, suspended: SuspendedState
    ) async throws(AWSError) {
        struct Input: Encodable {
            let ServiceNamespace: String
            let ResourceId: String
            let ScalableDimension: String
            let SuspendedState: SuspendedState
        }
        struct Output: Decodable {}
        let _: Output = try await call(
            "RegisterScalableTarget",
            Input(
                ServiceNamespace: Self.namespace, ResourceId: resourceID,
                ScalableDimension: Self.dimension, SuspendedState: suspended))
    }

    private func call<Output: Decodable>(
        _ operation: String, _ input: some Encodable
    ) async throws(AWSError) -> Output {
        let call = AWSCall(
            service: .applicationAutoScaling, operation: operation, rateClass: .scalableTargets,
            body: [])
        return try await client.send(call, json: input)
    }
}
