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

    /// What Secrets Manager gives where no key is named.
    @Test(arguments: [
        #"{"token":"aaaaaaaaaaaaaaaaaaaaaaaa","owner":"platform-team-01"}"#,
        #"{ "token": "aaaaaaaaaaaaaaaaaaaaaaaa" }"#, #"["aaaaaaaaaaaaaaaaaaaaaaaa"]"#,
    ])
    func refusesJSON(value: String) {
        for name in ["AGGREGATOR_TOKEN", "AGGREGATOR_OPERATOR_TOKEN"] {
            let error = #expect(throws: ConfigurationError.self) { try read([name: value]) }
            #expect(error?.problems.first?.text.contains("valueFrom") == true)
            #expect(error?.problems.first?.text.contains("aaaa") == false)
        }
    }

    private func configuration(_ tokens: String) throws -> Configuration {
        try Configuration.read(
            Array(
                """
                {"tokens":\(tokens),"services":[
                  {"cluster":"shop","service":"web","target":{"metric":"busy","value":1}},
                  {"cluster":"shop","service":"api","target":{"metric":"busy","value":1}}]}
                """.utf8))
    }

    @Test func aTokenSpeaksForItsScope() throws {
        let scopes = try configuration(
            #"[{"variable":"WEB_TOKEN","services":["shop/web"]},{"variable":"ALL","services":["shop/*"]}]"#
        ).tokenScopes
        #expect(scopes[0].allows(ServiceKey(cluster: "shop", service: "web")))
        #expect(!scopes[0].allows(ServiceKey(cluster: "shop", service: "api")))
        #expect(scopes[1].allows(ServiceKey(cluster: "shop", service: "api")))
        #expect(!scopes[1].allows(ServiceKey(cluster: "other", service: "api")))
        let secrets = try Secrets.read(
            variable: {
                [
                    "WEB_TOKEN": "web-0123456789abcdef", "ALL_FILE": "/x",
                    "AGGREGATOR_TOKEN": "any-0123456789abcdef",
                ][$0]
            },
            file: { _ in Array("all-0123456789abcdef all-fedcba9876543210\n".utf8) },
            scopes: scopes)
        let check = BearerCheck(groups: secrets.agentGroups)
        for (token, group) in [
            ("any-0123456789abcdef", 0), ("web-0123456789abcdef", 1),
            ("all-fedcba9876543210", 2), ("who-0123456789abcdef", nil),
        ] {
            let found = Array("Bearer \(token)".utf8).withUnsafeBytes { check.group(of: $0) }
            #expect(found == group)
        }
    }

    @Test func aScopesTokensMustBeThereAndItsOwn() throws {
        let scopes = try configuration(
            #"[{"variable":"WEB_TOKEN","services":["shop/web"]}]"#
        ).tokenScopes
        for environment in [
            [:], ["WEB_TOKEN": "any-0123456789abcdef", "AGGREGATOR_TOKEN": "any-0123456789abcdef"],
            [
                "WEB_TOKEN": "ops-0123456789abcdef",
                "AGGREGATOR_OPERATOR_TOKEN": "ops-0123456789abcdef",
            ],
        ] {
            #expect(throws: ConfigurationError.self) {
                try Secrets.read(
                    variable: { environment[$0] }, file: { _ in [] }, scopes: scopes)
            }
        }
    }

    @Test(arguments: [
        #"[{"variable":"WEB_TOKEN","services":["shop/wep"]}]"#,
        #"[{"variable":"WEB_TOKEN","services":[]}]"#, #"[{"variable":"WEB_TOKEN"}]"#,
        #"[{"services":["shop/web"]}]"#, #"[{"variable":"WEB_TOKEN","services":["web"]}]"#,
        #"[{"variable":"AWS_REGION","services":["shop/web"]}]"#,
        #"[{"variable":"A","services":["shop/web"]},{"variable":"A","services":["shop/api"]}]"#,
    ])
    func refusesAScopeThatCannotBeMeant(tokens: String) {
        #expect(throws: ConfigurationError.self) { try configuration(tokens) }
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
