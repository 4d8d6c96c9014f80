import TestSupport
import Testing

@testable import AWS
@testable import Transport

/// Runs a suite's tests beside one moto, which ends with them.
struct MotoTrait: SuiteTrait, TestScoping {
    @TaskLocal static var current: MotoServer?

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let moto = try await MotoServer()
        try await Self.$current.withValue(moto) { try await function() }
        moto.process.end()
    }
}

extension Trait where Self == MotoTrait {
    static var moto: Self { Self() }
}

extension AWSConfiguration {
    /// As from an environment of just these variables.
    init(_ environment: [String: String]) throws {
        try self.init(environment: { environment[$0] })
    }
}

/// A client of ours for an endpoint of a test.
func client(
    _ environment: [String: String], http: HTTPClient = HTTPClient(),
    clock: AWSClock = .system, observe: @escaping @Sendable (AWSEvent) -> Void = { _ in }
) throws -> AWSClient {
    var all = [
        "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    ]
    all.merge(environment) { _, new in new }
    return AWSClient(
        configuration: try AWSConfiguration(all), http: http, clock: clock, observe: observe)
}
