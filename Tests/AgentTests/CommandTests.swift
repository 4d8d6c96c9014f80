import TestSupport
import Testing

/// The command line, the settings and the exit codes of the built agent.
@Suite struct CommandTests {
    @Test(arguments: AgentProgram.built)
    func tellsItsVersionAndHelp(program: AgentProgram) async throws {
        let version = try program.start(["version"])
        #expect(try await version.exit() == .code(0))
        #expect(version.output.hasPrefix("agent 0."))
        for arguments in [["help"], ["probe", "--help"]] {
            let help = try program.start(arguments)
            #expect(try await help.exit() == .code(0))
            for word in [
                "AGGREGATOR_URL", "AGENT_SAMPLES_PER_SECOND", "15 (1 to 200)", "Exit codes",
            ] {
                #expect(help.output.contains(word))
            }
        }
    }

    @Test(arguments: [
        [], ["frobnicate"], ["run", "--fast"], ["probe", "--xml"], ["health", "--require"],
        ["health", "--require", "database"], ["version", "x"],
    ])
    func aWrongCommandLineIsAUsageError(arguments: [String]) async throws {
        for program in AgentProgram.built {
            let agent = try program.start(arguments)
            #expect(try await agent.exit() == .code(64))
            #expect(agent.output.contains("see `agent help`"))
        }
    }

    @Test(arguments: AgentProgram.built)
    func outsideATaskItSaysSo(program: AgentProgram) async throws {
        let agent = try program.start(["run"], ["AGGREGATOR_URL": "http://127.0.0.1:1"])
        #expect(try await agent.exit() == .code(69))
        #expect(agent.output.contains("ECS_CONTAINER_METADATA_URI_V4 is not set"))
    }

    @Test(arguments: [
        ("AGGREGATOR_URL", "nowhere"), ("AGENT_SAMPLES_PER_SECOND", "0"),
        ("AGENT_WINDOW_MS", "ten"), ("NGINX_STATUS_URL", "https://127.0.0.1/"),
        ("AGGREGATOR_TOKEN_FILE", "/does/not/exist"),
    ])
    func aBadSettingIsNamedWithItsValue(key: String, value: String) async throws {
        for program in AgentProgram.built {
            var settings: [String: String?] = [
                "ECS_CONTAINER_METADATA_URI_V4": "http://127.0.0.1:1",
                "AGGREGATOR_URL": "http://127.0.0.1:1",
            ]
            settings[key] = value
            let agent = try program.start(["run"], settings)
            #expect(try await agent.exit() == .code(78))
            #expect(agent.output.contains("agent: \(key): must"))
            #expect(agent.output.contains("\"\(value)\""))
        }
    }
}
