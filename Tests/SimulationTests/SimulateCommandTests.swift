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

@Suite("Traces from files")
struct TraceReaderTests {
    @Test("One number a line")
    func lines() throws {
        let text = "# rps\n1\n2.5\n\n3\n"
        #expect(try TraceReader.read(text, name: "t").trace.rates == [1, 2.5, 3])
    }

    @Test(
        "Time and value, in seconds or milliseconds, with or without a head",
        arguments: [
            "time,value\n100,1\n102,3\n", "100;1\n102;3\n", "1790000000000 1\n1790000002000 3\n",
        ])
    func csv(text: String) throws {
        #expect(try TraceReader.read(text, name: "t").trace.rates == [1, 1, 3])
    }

    @Test("The aggregator's own log of decisions")
    func log() throws {
        func line(_ second: Int, _ demand: String) -> String {
            "{\"time\":\"2026-11-24T08:00:0\(second).000Z\",\"event\":\"service.decision\","
                + "\"demand\":\(demand),\"to\":3}"
        }
        let text = [line(0, "2.500"), "{\"event\":\"started\"}", line(2, "4.000")]
        let content = try TraceReader.read(text.joined(separator: "\n"), name: "t")
        #expect(content.trace.rates == [2.5, 2.5, 4] && content.isInTasks)
    }

    @Test("Of a log with several services one is replayed; which, must be said")
    func services() throws {
        func line(_ second: Int, _ cluster: String, _ service: String, _ demand: Int) -> String {
            "{\"time\":\"2026-11-24T08:00:0\(second).000Z\",\"cluster\":\"\(cluster)\","
                + "\"service\":\"\(service)\",\"demand\":\(demand)}"
        }
        let text = [
            line(0, "a", "web", 2), line(0, "a", "api", 70), line(1, "a", "web", 3),
            line(1, "b", "web", 50), line(2, "a", "api", 80),
        ].joined(separator: "\n")
        func rates(_ service: String?) throws -> [Float] {
            try TraceReader.read(text, name: "t", service: service).trace.rates
        }
        #expect(try rates("api") == [70, 70, 80])
        #expect(try rates("a/web") == [2, 3])
        func problem(_ service: String?) -> String? {
            #expect(throws: TraceError.self) { try rates(service) }?.problem
        }
        #expect(problem("web")?.hasSuffix("choose one with --service: a/web, b/web") == true)
        #expect(problem(nil)?.hasSuffix("--service: a/api, a/web, b/web") == true)
        #expect(
            problem("eb") == "the log has no decision of eb, but of a/api, a/web, b/web")
    }

    @Test(
        "Mistakes are told with their line",
        arguments: [
            ("", 0), ("1\n-2\n", 2), ("1\nx\n", 2), ("1,2,3\n", 1), ("1\nnan\n", 2),
            ("5,1\n3,1\n", 0), ("0,1\n99999999,1\n", 0), ("{\"event\":\"x\"}\n", 0),
        ])
    func mistakes(text: String, line: Int) {
        let error = #expect(throws: TraceError.self) { try TraceReader.read(text, name: "t") }
        #expect(error?.line == line)
    }

    @Test("Random bytes never crash it")
    func random() {
        var dice = Dice(seed: 42)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &dice)).map { _ in
                UInt8.random(in: 0...127, using: &dice)
            }
            _ = try? TraceReader.read(String(decoding: bytes, as: UTF8.self), name: "t")
        }
    }

    @Test("Gaps are bridged, rates smoothed, the peak scaled to so many tasks")
    func shapes() {
        let trace = Trace(name: "t", rates: [2, 0, 0, 0, 6, 0, 6])
        #expect(trace.bridgingGaps(ofSeconds: 3).rates == [2, 3, 4, 5, 6, 0, 6])
        let smoothed = Trace(name: "t", rates: [3, 9, 0, 4, 8]).smoothed(overSeconds: 2)
        #expect(smoothed.rates == [6, 5, 3, 3.5, 6.5])
        #expect(Trace(name: "t", rates: []).smoothed(overSeconds: 2).rates.isEmpty)
        let model = ServiceModel()
        let scaled = trace.scaled(toPeakTasks: 4, model: model)
        #expect(scaled.rates.max() == Float(4 * model.requestsPerSecondPerTask))
    }
}
