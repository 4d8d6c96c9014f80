import Glibc
import TestSupport
import Testing

@testable import FargateLocal

/// The whole of it: nginx, backends, agents, the aggregator and wrk, all of them as built.
@Suite(.serialized) struct DemoTests {
    private func start() throws -> TestProcess {
        try TestProcess(
            try Repository.program("fargate-local"),
            [
                "demo", "--start-delay-ms", "500", "--nginx-dir", "\(Repository.root)/nginx",
                "--agent", try Repository.program("agent"),
                "--aggregator", try Repository.program("aggregator"),
            ])
    }

    @Test func scalesAndSaysSo() async throws {
        let demo = try start()
        defer { demo.end() }
        #expect(try await demo.exit(within: .seconds(90)) == .code(0), "\(demo.output)")
        let output = demo.output
        #expect(output.contains("scaled out, and the new tasks serve"))
        #expect(output.contains("of them errors 0"), "\(output)")
        #expect(output.contains("desired   2  running   2"))
    }

    @Test func endsAtOnceWhenInterrupted() async throws {
        let demo = try start()
        defer { demo.end() }
        try await demo.output(contains: "the service is at", within: .seconds(40))
        demo.signal(SIGINT)
        #expect(try await demo.exit(within: .seconds(20)) == .code(1))
    }

    @Test func failsWhenThereIsNoAggregator() async throws {

        let demo = try TestProcess(
            try Repository.program("fargate-local"),
            [
                "demo", "--start-delay-ms", "100", "--nginx-dir", "\(Repository.root)/nginx",
                "--aggregator", "/bin/true", "--agent", try Repository.program("agent"),
            ])
        defer { demo.end() }
        #expect(try await demo.exit(within: .seconds(60)) == .code(1))
        #expect(demo.output.contains("the aggregator does not answer"))
    }
}
