import TestSupport
import Testing

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
