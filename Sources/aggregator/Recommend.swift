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
            return TraceCommand.fail("\(error)\n\(usage)", ExitCode.usage)
        }
        let service: ServiceConfiguration?
        do {
            service = try TraceCommand.service(options, load: load)
        } catch {
            return error.code
        }
        let command = RecommendCommand(
            options, policy: service?.policy, progress: TraceCommand.showProgress)
        do {
            let result = try command.run(text: try TraceFile.text(options.trace))
            TraceCommand.showProgress("")
            StandardStream.output.write(options.isJSON ? result.json : result.text)
            return ExitCode.success
        } catch {
            return TraceCommand.fail("\(options.trace): \(error)\n", ExitCode.data)
        }
    }
}
