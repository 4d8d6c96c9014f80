import Testing

@testable import AggregatorCore

@Suite struct SecretsTests {
    private func read(_ environment: [String: String], file: String = "") throws -> Secrets {
        try Secrets.read(variable: { environment[$0] }, file: { _ in Array(file.utf8) })
    }

    private func passes(_ secrets: Secrets, _ header: String) -> Bool {
        Array(header.utf8).withUnsafeBytes { BearerCheck(secrets.tokens).passes($0) }
    }

    @Test func takesOneTokenOrTwo() throws {
        #expect(try read([:]).tokens.isEmpty)
        let one = try read(["AGGREGATOR_TOKEN": "0123456789abcdef"])
        #expect(passes(one, "Bearer 0123456789abcdef"))
        #expect(passes(one, "bearer 0123456789abcdef"))
        let two = try read(
            ["AGGREGATOR_TOKEN_FILE": "/somewhere"], file: "0123456789abcdef\nfedcba9876543210\n")
        #expect(passes(two, "Bearer 0123456789abcdef"))
        #expect(passes(two, "Bearer fedcba9876543210"))
    }

    @Test(arguments: [
        "", "Bearer ", "Bearer", "0123456789abcdef", "Basic 0123456789abcdef",
        "Bearer 0123456789abcdeF", "Bearer 0123456789abcde", "Bearer 0123456789abcdef0",
        "Bearer 0123456789abcdef0123456789abcdef", "Bearer  0123456789abcdef",
    ])
    func refusesEverythingElse(header: String) throws {
        #expect(!passes(try read(["AGGREGATOR_TOKEN": "0123456789abcdef"]), header))
    }

    @Test func withoutATokenEverybodyPasses() throws {
        #expect(passes(try read([:]), "Bearer whatever"))
        #expect(passes(try read([:]), ""))
    }

    @Test(arguments: [
        "short", "0123456789abcdef,0123456789abcdeg,0123456789abcdeh", "  ", "0123456789äbcdef",
    ])
    func refusesWhatIsNoToken(value: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try read(["AGGREGATOR_TOKEN": value])
        }
        #expect(error?.problems.first?.path == "AGGREGATOR_TOKEN")
        #expect(error?.problems.first?.text.contains("0123456789") == false)
    }

    @Test func refusesVariableAndFileTogether() {
        #expect(throws: ConfigurationError.self) {
            try read(["AGGREGATOR_TOKEN": "0123456789abcdef", "AGGREGATOR_TOKEN_FILE": "/x"])
        }
    }

    @Test func anAgentIsNoOperator() throws {
        let (agents, both) = ("AGGREGATOR_TOKEN", "AGGREGATOR_OPERATOR_TOKEN")
        let error = #expect(throws: ConfigurationError.self) {
            try read([agents: "0123456789abcdef,fedcba9876543210", both: "fedcba9876543210"])
        }
        #expect(error?.problems.first?.path == both)
        #expect(error?.problems.first?.text.contains("fedcba") == false)
        #expect(
            try read([agents: "0123456789abcdef", both: "fedcba9876543210"])
                .operatorTokens.count == 1)
    }

    @Test func isNeverPrinted() throws {
        let secrets = try read(["AGGREGATOR_TOKEN": "0123456789abcdef"])
        var dumped = ""
        dump(secrets, to: &dumped)
        for text in ["\(secrets)", String(reflecting: secrets), dumped] {
            #expect(!text.contains("0123456789abcdef"))
            #expect(!text.contains("48"))
        }
    }
}
