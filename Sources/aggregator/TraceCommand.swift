import AggregatorCore
import Platform
import Simulation

/// What the commands on recorded traffic, `simulate` and `recommend`, share.
enum TraceCommand {
    /// The program ends with the code; why was printed.
    struct Stop: Error {
        let code: Int32
    }

    /// The service whose policy is tried; `nil` without a configuration.
    static func service(
        _ options: SimulateOptions, load: (String?) -> Configuration?
    ) throws(Stop) -> ServiceConfiguration? {
        guard let file = options.configFile else { return nil }
        guard let configuration = load(file) else { throw Stop(code: ExitCode.configuration) }
        let service = configuration.services.first { service in
            options.service.map { service.key.description.hasSuffix($0) } ?? true
        }
        guard let service else {
            throw Stop(
                code: fail("the configuration has no such service\n", ExitCode.configuration))
        }
        return service
    }

    /// On a terminal, over what was shown before.
    static func showProgress(_ words: String) {
        guard StandardStream.error.isTerminal else { return }
        StandardStream.error.write("\r\(words)\u{1B}[K")
    }

    static func fail(_ words: String, _ code: Int32) -> Int32 {
        StandardStream.error.write("aggregator: \(words)")
        return code
    }
}
