import TestSupport
import Testing

/// The program's commands, its messages and its exit codes.
@Suite struct AggregatorCommandTests {
    private func run(
        _ arguments: [String], environment: [String: String?] = [:]
    ) async throws -> (exit: TestProcess.Exit, output: String) {
        let none: [String: String?] = [
            "AGGREGATOR_CONFIG": nil, "AGGREGATOR_TOKEN": nil, "AGGREGATOR_TOKEN_FILE": nil,
            "AWS_REGION": nil, "AWS_DEFAULT_REGION": nil,
        ]
        let process = try TestProcess(
            try Repository.program("aggregator"), arguments,
            environment: none.merging(environment) { $1 })
        let exit = try await process.exit()
        return (exit, process.output)
    }

    @Test func checksTheShippedExample() async throws {
        let file = "\(Repository.root)/docker/aggregator.example.json"
        let (exit, output) = try await run(["check", "--config", file])
        #expect(exit == .code(0))
        #expect(output.contains("shop/web, shop/search, legacy/intranet"))
    }

    @Test(arguments: ["check", "run"])
    func refusesAWrongConfiguration(command: String) async throws {
        let (exit, output) = try await run(
            [command],
            environment: [
                "AGGREGATOR_CONFIG":
                    "{\"services\":[{\"cluster\":\"c\",\"service\":\"s\",\"mni\":1,\"max\":0}]}"
            ])
        #expect(exit == .code(78))
        #expect(output.contains("services[0].max: must be a whole number from 1 to 5000, not 0"))
        #expect(output.contains("services[0].mni: is not known; did you mean \"min\"?"))
        #expect(output.contains("services[0].target: is missing"))
    }

    @Test(arguments: [
        (["check"], 78, "no configuration: give --config FILE"),
        (["check", "--config", "/nowhere"], 78, "/nowhere is not readable: No such file"),
        (["check", "--config"], 64, "--config needs a value"),
        (["check", "--file", "x"], 64, "unknown argument --file"),
        (["frobnicate"], 64, "unknown command frobnicate"), ([], 64, "no command given"),
        (["help"], 0, "exit codes:"), (["status", "-h"], 0, "exit codes:"),
        (["simulate", "--help"], 0, "--imbalance PERCENT"), (["version"], 0, "aggregator 0."),
    ])
    func tellsWhatIsWrong(arguments: [String], code: Int, message: String) async throws {
        let (exit, output) = try await run(arguments)
        #expect(exit == .code(Int32(code)))
        #expect(output.contains(message), "\(output)")
    }

    @Test func needsARegionAndAFreePort() async throws {
        let valid = ["AGGREGATOR_CONFIG": AggregatorProcess.configuration()]
        let (exit, output) = try await run(["run"], environment: valid)
        #expect(exit == .code(78))
        #expect(output.contains("AWS_REGION: not set"))

        let first = try await AggregatorProcess(
            AggregatorProcess.configuration(),
            environment: [
                "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            ])
        let taken = AggregatorProcess.configuration()
            .replacing("\"port\":0", with: "\"port\":\(first.port)")
        let (second, told) = try await run(
            ["run"],
            environment: [
                "AGGREGATOR_CONFIG": taken, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a",
                "AWS_SECRET_ACCESS_KEY": "b",
            ])
        #expect(second == .code(69))
        #expect(told.contains("Address already in use"))
    }
}
