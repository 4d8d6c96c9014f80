import AggregatorCore
import FoundationEssentials
import Platform
import Simulation

/// `aggregator simulate`: reads and writes the files, and leaves the rest to `Simulation`.
enum Simulate {
    static func run(
        _ arguments: [String], load: (String?) -> Configuration?
    ) -> Int32 {
        var options: SimulateOptions
        do {
            options = try SimulateOptions(arguments)
            // What a trace brings is taken for the hours until now.
            options.endUnixMs = Int64(Date().timeIntervalSince1970 * 1000)
        } catch {
            return TraceCommand.fail("\(error)\n\(SimulateOptions.usage)", ExitCode.usage)
        }
        let service: ServiceConfiguration?
        do {
            service = try TraceCommand.service(options, load: load)
        } catch {
            return error.code
        }
        let command = SimulateCommand(
            options, policy: service?.policy, progress: TraceCommand.showProgress,
            note: { StandardStream.error.write("aggregator: note: \($0)\n") })
        do {
            return finish(try command.run(text: try text(options.trace)), options)
        } catch {
            return TraceCommand.fail("\(options.trace): \(error)\n", ExitCode.data)
        }
    }

    /// The trace's file; `nil` for a built-in one.
    private static func text(_ trace: String) throws(TraceError) -> String? {
        if BuiltInTrace(rawValue: trace) != nil { return nil }
        return try TraceFile.text(trace)
    }

    private static func finish(
        _ result: SimulateCommand.Result, _ options: SimulateOptions
    ) -> Int32 {
        TraceCommand.showProgress("")
        if let file = options.svgFile {
            do {
                try Data(SVGChart.svg(result).utf8).write(to: URL(fileURLWithPath: file))
            } catch {
                return TraceCommand.fail("\(file): \(error)\n", ExitCode.data)
            }
        }
        if let file = options.stateFile {
            do {
                try Data(result.knowledge).write(to: URL(fileURLWithPath: file))
            } catch {
                return TraceCommand.fail("\(file): \(error)\n", ExitCode.data)
            }
        }
        StandardStream.output.write(options.isJSON ? result.json : result.text)
        return ExitCode.success
    }
}
