import Scaling
import Testing

@testable import Simulation

@Suite("aggregator simulate")
struct SimulateCommandTests {
    private func options(_ words: String) throws -> SimulateOptions {
        try SimulateOptions(words.split(separator: " ").map(String.init))
    }

    @Test("Its options, in either form")
    func parses() throws {
        let parsed = try options("--trace=step --compare --peak 12 --svg out.svg --json --seed=9")
        #expect(parsed.trace == "step" && parsed.compares && parsed.isJSON)
        #expect(parsed.peakTasks == 12 && parsed.svgFile == "out.svg" && parsed.seed == 9)
    }

    @Test("The service's nginx and balancer are as the options say")
    func service() throws {
        let options = try options("--trace step --queue 500 --imbalance 20 --idle 8")
        let model = SimulateCommand.model(SimulateCommand.defaultPolicy, options)
        #expect(model.queuePerTask == 500 && model.imbalance == 0.2)
        #expect(model.idleConnectionsPerTask == 8)
        let plain = SimulateCommand.model(
            SimulateCommand.defaultPolicy, try self.options("--trace step"))
        #expect(plain.queuePerTask == .infinity && plain.imbalance == 0)
    }

    @Test(
        "Mistakes are told",
        arguments: [
            "", "--compare", "--trace", "--trace step --scale zero", "--trace step --peak 0",
            "--trace step --wrong 1", "--trace step --queue -1",
            "--trace step --imbalance 101", "--trace step --scale 2 --peak 3",
        ])
    func mistakes(words: String) {
        #expect(throws: SimulateUsageError.self) { try options(words) }
    }

    @Test("Ours beside all others: a table, a chart, JSON and a drawing")
    func compares() throws {
        let command = SimulateCommand(
            try options("--trace step --compare --peak 12"), policy: nil, progress: { _ in })
        let result = try command.run(text: nil)
        let names = ["ours"] + Peer.allCases.map(\.rawValue) + ["oracle"]
        #expect(result.entries.map(\.name) == names)
        let svg = SVGChart.svg(result)
        for name in names {
            #expect(result.text.contains("\n\(name) "))
            #expect(result.json.contains("{\"policy\":\"\(name)\""))
            #expect(svg.contains(">\(name)</text>"))
        }
        #expect(result.text.contains("# load carried"))
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    }

    @Test("The policy of a configuration is simulated as it is")
    func policy() throws {
        let policy = ScalingPolicy(
            minTasks: 3, maxTasks: 8,
            rule: .target([TargetMetric(metric: .requestsPerSecond, value: 100)]))
        let command = SimulateCommand(
            try options("--trace sawtooth --scale 1"), policy: policy, progress: { _ in })
        let ours = try command.run(text: nil).entries[0]
        #expect(ours.outcome.runningMax <= 8)
        #expect(ours.samples.allSatisfy { $0.running >= 3 })
        #expect(
            zip(ours.samples, ours.samples.dropFirst()).allSatisfy { $0.desired <= $1.desired })
        #expect(ours.note == "scale-in is disabled")
    }

    @Test("A target above what tasks serve is found out")
    func concurrency() throws {
        let command = SimulateCommand(
            try options("--trace diurnal --peak 30 --concurrency 7"), policy: nil,
            progress: { _ in })
        let outcome = try command.run(text: nil).entries[0].outcome
        // By the target alone it is 31,548 s and 794 starts.
        #expect(outcome.overloadedSeconds < 900)
        #expect(outcome.starts < 60)
    }
}
