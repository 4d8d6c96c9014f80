import AggregatorCore
import Platform
import Simulation

/// `aggregator recommend`: reads the log, and leaves the rest to `Simulation`.
enum Recommend {
    static let usage = """
        usage: aggregator recommend --log FILE [--config FILE] [--service NAME] [--json]
          FILE  a log of the aggregator with its decisions in JSON, as it is or from `aws logs tail`,
                or any trace that `simulate` takes; gzip is expanded
          Tries settings on the load that was, and says which would have served it better. The target
          stays: a log does not say what a task can bear.

        """

    static func run(_ arguments: [String], load: (String?) -> Configuration?) -> Int32 {
        let options: SimulateOptions
        do {
            options = try SimulateOptions(
                arguments.map { argument in
                    argument == "--log" || argument.hasPrefix("--log=")
                        ? "--trace" + argument.dropFirst("--log".count) : argument
                })
        } catch {
            return fail("\(error)\n\(usage)", ExitCode.usage)
        }
        var service: ServiceConfiguration?
        if let file = options.configFile {
            guard let configuration = load(file) else { return ExitCode.configuration }
            service = configuration.services.first { service in
                options.service.map { service.key.description.hasSuffix($0) } ?? true
            }
            guard service != nil else {
                return fail("the configuration has no such service\n", ExitCode.configuration)
            }
        }
        let isWatched = StandardStream.error.isTerminal
        let command = RecommendCommand(options, policy: service?.policy) { words in
            if isWatched { StandardStream.error.write("\r\(words)\u{1B}[K") }
        }
        do {
            let result = try command.run(text: try TraceFile.text(options.trace))
            if isWatched { StandardStream.error.write("\r\u{1B}[K") }
            StandardStream.output.write(options.isJSON ? result.json : result.text)
            return ExitCode.success
        } catch {
            return fail("\(options.trace): \(error)\n", ExitCode.data)
        }
    }

    private static func fail(_ words: String, _ code: Int32) -> Int32 {
        StandardStream.error.write("aggregator: \(words)")
        return code
    }
}
