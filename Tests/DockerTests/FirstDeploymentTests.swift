import TestSupport
import Testing

/// docker/README.md, as somebody follows it who has nothing but what it asks for.
@Suite struct FirstDeploymentTests {
    @Test(arguments: [("amd64", "X86_64"), ("arm64", "ARM64")])
    func everyCommandOfThePageSucceeds(architecture: String, parameter: String) async throws {
        let output = try await Support.run(
            Repository.python,
            [
                Repository.support("first_deployment.py"),
                "\(Repository.root)/docker/README.md", architecture,
            ])
        #expect(output.contains("pushing 0.1.0-abc1234, \(parameter), to us-east-1"))
        #expect(output.contains("0\taws cloudformation wait stack-delete-complete"))
    }
}
