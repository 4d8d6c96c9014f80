import Testing

/// Runs a suite's tests beside one moto, which ends with them.
package struct MotoTrait: SuiteTrait, TestScoping {
    @TaskLocal package static var current: MotoServer?

    package func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let moto = try await MotoServer()
        try await Self.$current.withValue(moto) { try await function() }
        moto.process.end()
    }
}

extension Trait where Self == MotoTrait {
    package static var moto: Self { Self() }
}
