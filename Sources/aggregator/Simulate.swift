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
            return fail("\(error)\n\(SimulateOptions.usage)", ExitCode.usage)
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
        let command = SimulateCommand(
            options, policy: service?.policy,
            progress: { words in
                guard StandardStream.error.isTerminal else { return }
                StandardStream.error.write("\r\(words)\u{1B}[K")
            }, note: { StandardStream.error.write("aggregator: note: \($0)\n") })
        do {
            return finish(try command.run(text: try text(options.trace)), options)
        } catch {
            return fail("\(options.trace): \(error)\n", ExitCode.data)
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
        if StandardStream.error.isTerminal { StandardStream.error.write("\r\u{1B}[K") }
        if let file = options.svgFile {
            do {
                try Data(SVGChart.svg(result).utf8).write(to: URL(fileURLWithPath: file))
            } catch {
                return fail("\(file): \(error)\n", ExitCode.data)
            }
        }
        if let file = options.stateFile {
            do {
                try Data(result.knowledge).write(to: URL(fileURLWithPath: file))
            } catch {
                return fail("\(file): \(error)\n", ExitCode.data)
            }
        }
        StandardStream.output.write(options.isJSON ? result.json : result.text)
        return ExitCode.success
    }

    private static func fail(_ words: String, _ code: Int32) -> Int32 {
        StandardStream.error.write("aggregator: \(words)")
        return code
    }
}
