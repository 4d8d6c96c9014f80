import Foundation
import TestSupport
import Testing

/// What the command line asks of a running aggregator, and shows.
@Suite struct AggregatorAskingTests {
    private static let environment: [String: String?] = [
        "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
        // Nobody listens there.
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AGGREGATOR_TOKEN": nil,
        "AGGREGATOR_TOKEN_FILE": nil, "AGGREGATOR_CONFIG": nil, "AGGREGATOR_URL": nil,
        "AGGREGATOR_OPERATOR_TOKEN": nil,
    ]

    private func start() async throws -> AggregatorProcess {
        let aggregator = try await AggregatorProcess(
            AggregatorProcess.configuration(), environment: Self.environment)
        let report = ReportClient.report(task: "arn:aws:task/demo/a1", sequence: 1, busy: 3)
        #expect(try ReportClient(aggregator.url).send(report) == 204)
        return aggregator
    }

    private func run(
        _ aggregator: AggregatorProcess?, _ arguments: String...
    ) async throws -> (exit: TestProcess.Exit, output: String) {
        let process = try TestProcess(
            try Repository.program("aggregator"), arguments,
            environment: Self.environment.merging(
                ["AGGREGATOR_URL": aggregator?.url ?? "http://127.0.0.1:9"]) { $1 })
        let exit = try await process.exit()
        return (exit, process.output)
    }

    @Test func theHelpIsAsItIsKept() async throws {
        let kept = try String(
            contentsOfFile: Repository.support("aggregator-help.txt"), encoding: .utf8)
        let (exit, help) = try await run(nil, "help")
        #expect(exit == .code(0))
        #expect(
            help == kept,
            "if it is meant: .build/debug/aggregator help >Tests/Support/aggregator-help.txt")
        for line in help.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    }

    @Test func statusIsATableAndASentence() async throws {
        let aggregator = try await start()
        let (exit, all) = try await run(aggregator, "status")
        #expect(exit == .code(0))
        #expect(
            all == """
                SERVICE   STATE    DESIRED  RUNNING  PENDING  LOAD  REPORTING  CHANGES
                demo/web  waiting  -        -        -        0     1          0 out, 0 in

                web: ECS has not given its counts yet. Nothing is done until it does.

                """)
        #expect(try await run(aggregator, "status", "web").output == all)
        #expect(try await run(aggregator, "status", "demo/web").output == all)
        let (_, json) = try await run(aggregator, "status", "web", "--json")
        #expect(json.hasPrefix(#"{"cluster":"demo","service":"web","state":"unknown","status":"#))
        let (none, words) = try await run(aggregator, "status", "shop")
        #expect(none == .code(69))
        #expect(words == "aggregator: no service is named shop\n")
        #expect(try await run(aggregator, "status", "--watch", "--json").exit == .code(64))
        let (away, reason) = try await run(nil, "status")
        #expect(away == .code(69))
        #expect(reason.hasPrefix("aggregator: "))
    }

    @Test func watchingShowsItAgainEachSecondUntilASignal() async throws {
        let aggregator = try await start()
        let watch = try TestProcess(
            try Repository.program("aggregator"), ["status", "--watch"],
            environment: Self.environment.merging(["AGGREGATOR_URL": aggregator.url]) { $1 })
        try await eventually("three pictures in \(watch.output)") {
            watch.output.split(separator: "SERVICE ").count >= 3
        }
        #expect(!watch.output.contains("\u{1B}"), "colors and redrawing are for terminals")
        aggregator.process.signal(SIGTERM)
        try await watch.output(contains: "; asking again")
        watch.signal(SIGINT)
        #expect(try await watch.exit() == .code(0))
    }

    @Test func whyAndTasksSayWhatTheAPISays() async throws {
        let aggregator = try await start()
        let (exit, why) = try await run(aggregator, "why", "web", "--last", "1")
        #expect(exit == .code(0))
        #expect(why.contains("  now holds\n    hold: ECS has not told the service's counts yet\n"))
        let (_, tasks) = try await run(aggregator, "tasks", "web")
        #expect(tasks.hasPrefix("TASK  STATE    HEARD"), "\(tasks)")
        #expect(tasks.contains("\na1    serving  "))
        let (_, json) = try await run(aggregator, "tasks", "web", "--json")
        #expect(json.contains(#""arn":"arn:aws:task/demo/a1""#))
        #expect(try await run(aggregator, "why").exit == .code(64))
        #expect(try await run(aggregator, "why", "web", "--last", "0").exit == .code(64))
    }

    @Test(arguments: [
        ("aggregator li", "lift"), ("aggregator status --", "--watch --json"),
        ("aggregator lift demo/web flo", "floor"), ("aggregator pause x --direction o", "out"),
        ("aggregator floor ", "--reason --for demo/web"), ("aggregator dry-run a/b o", "on off"),
    ])
    func theShellCompletes(line: String, offers: String) async throws {
        let aggregator = try await start()
        let program = try Repository.program("aggregator")
        let script = """
            aggregator() { "\(program)" "$@"; }
            source <(aggregator completion bash)
            IFS=' ' read -ra COMP_WORDS <<<"$1"; [[ "$1" != *' ' ]] || COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _aggregator; echo "${COMPREPLY[*]}"
            """
        let bash = try TestProcess(
            "bash", ["-c", script, "bash", line],
            environment: Self.environment.merging(["AGGREGATOR_URL": aggregator.url]) { $1 })
        #expect(try await bash.exit() == .code(0), "\(bash.output)")
        #expect(bash.output == offers + "\n")
    }

    @Test func zshTakesTheSameAndOthersAreRefused() async throws {
        let (exit, script) = try await run(nil, "completion", "zsh")
        #expect(exit == .code(0))
        #expect(script.hasPrefix("#compdef aggregator\n"))
        #expect(script.contains("complete -F _aggregator aggregator"))
        #expect(try await run(nil, "completion", "fish").exit == .code(64))
    }

    /// The table that shells complete from, the help and the page name the same commands.
    @Test func everyCommandIsInTheHelpAndOnThePage() async throws {
        let help = try await run(nil, "help").output
        let script = try await run(nil, "completion", "bash").output
        let page = try String(
            contentsOfFile: "\(Repository.root)/Sources/aggregator/README.md", encoding: .utf8)
        let commands = script.matches(of: /\n    ([a-z-]+)\) words=/).map { String($0.1) }
        #expect(commands.count >= 16)
        for command in commands {
            #expect(help.contains("aggregator \(command)"), "help: \(command)")
            #expect(page.contains("`aggregator \(command)") || page.contains("`\(command)`"))
        }
    }
}
