import Foundation
import TestSupport
import Testing

/// The built aggregator beside Application Auto Scaling, as moto has it.
@Suite(.moto, .serialized) struct AutoScalingTests {
    private static let name = "application-autoscaling"
    private static let target = [
        "ServiceNamespace": "ecs", "ResourceId": "service/demo/web",
        "ScalableDimension": "ecs:service:DesiredCount",
    ]

    private func moto() throws -> MotoServer {
        try #require(MotoTrait.current)
    }

    private func register(suspended: [String: Bool]) async throws {
        let bounds: [String: Any] = [
            "MinCapacity": 1, "MaxCapacity": 9, "SuspendedState": suspended,
        ]
        _ = try await moto().call(
            Self.name, "register_scalable_target", bounds.merging(Self.target) { $1 })
    }

    private func suspended() async throws -> [String: Bool]? {
        let answer = try await moto().call(
            Self.name, "describe_scalable_targets",
            ["ServiceNamespace": "ecs", "ResourceIds": ["service/demo/web"]])
        let target = (answer["ScalableTargets"] as? [[String: Any]])?.first
        return target?["SuspendedState"] as? [String: Bool]
    }

    @Test func anActiveTargetIsHeldAndLogged() async throws {
        try await register(suspended: ["DynamicScalingInSuspended": false])
        let aggregator = try await AggregatorProcess(
            AggregatorProcess.configuration(settings: "\"scaleIn\":{\"enabled\":true}"),
            environment: moto().environment)
        let held = try await aggregator.event("service.held")
        #expect(held["hold"] as? String == "autoScaling")
        #expect(try await suspended()?["DynamicScalingInSuspended"] == false)
    }

    @Test func itIsSuspendedAndGivenBackAsItWas() async throws {
        let before = [
            "DynamicScalingInSuspended": false, "DynamicScalingOutSuspended": false,
            "ScheduledScalingSuspended": true,
        ]
        try await register(suspended: before)
        let aggregator = try await AggregatorProcess(
            AggregatorProcess.configuration(settings: "\"applicationAutoScaling\":\"suspend\""),
            environment: moto().environment)
        _ = try await aggregator.event("autoScaling.suspended")
        #expect(try await suspended()?.values.allSatisfy { $0 } == true)
        aggregator.process.signal(SIGTERM)
        #expect(try await aggregator.process.exit() == .code(0))
        try await eventually("autoScaling.resumed") {
            try aggregator.events("autoScaling.resumed").count == 1
        }
        #expect(try await suspended() == before)
    }

    @Test func withoutTheRightEverythingElseGoesOn() async throws {
        let refusal = #"{"__type":"AccessDeniedException","message":"not authorized"}"#
        let server = try await CaptureServer([.init(status: 400, body: refusal)])
        let own = ["AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING": server.url]
        let aggregator = try await AggregatorProcess(
            AggregatorProcess.configuration(service: "other"),
            environment: moto().environment.merging(own) { $1 })
        let event = try await aggregator.event("autoScaling.unknown")
        #expect(event["code"] as? String == "AccessDeniedException")
        _ = try await aggregator.event("service.found")
        #expect(try server.requests().count == 1)
    }
}
