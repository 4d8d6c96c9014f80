import AggregatorCore
import Platform

/// The program's commands.
enum Command {
    case run(file: String?)
    case check(file: String?)
    case health(file: String?)
    case version
    case help
    case wrong(String)

    init(_ arguments: [String]) {
        guard let name = arguments.first else {
            self = .wrong("no command given")
            return
        }
        let rest = Array(arguments.dropFirst())
        switch name {
        case "run": self = Self.withFile(rest) { .run(file: $0) }
        case "check": self = Self.withFile(rest) { .check(file: $0) }
        case "health": self = Self.withFile(rest) { .health(file: $0) }
        case "version", "--version": self = Self.alone(rest, .version)
        case "help", "--help", "-h": self = Self.alone(rest, .help)
        default: self = .wrong("unknown command \(name)")
        }
    }

    private static func alone(_ rest: [String], _ command: Command) -> Command {
        rest.first.map { .wrong("unknown argument \($0)") } ?? command
    }

    /// `--config FILE`, `--config=FILE`, or nothing.
    private static func withFile(
        _ rest: [String], _ command: (String?) -> Command
    ) -> Command {
        guard let option = rest.first else { return command(nil) }
        if option.hasPrefix("--config="), rest.count == 1 {
            return command(String(option.dropFirst("--config=".count)))
        }
        guard option == "--config" else { return .wrong("unknown argument \(option)") }
        guard rest.count >= 2 else { return .wrong("--config needs a file") }
        guard rest.count == 2 else { return .wrong("unknown argument \(rest[2])") }
        return command(rest[1])
    }

    func run(_ signals: borrowing SignalQueue) -> Int32 {
        switch self {
        case .run(let file): return Self.run(file, signals)
        case .check(let file): return Self.check(file)
        case .health(let file): return Self.health(file)
        case .version:
            StandardStream.output.write("aggregator \(AggregatorVersion.text)\n")
            return ExitCode.success
        case .help:
            StandardStream.output.write(Help.text)
            return ExitCode.success
        case .wrong(let problem):
            StandardStream.error.write("aggregator: \(problem); see `aggregator help`\n")
            return ExitCode.usage
        }
    }

    private static func load(_ file: String?) -> Configuration? {
        do {
            return try Configuration.load(file: file) { Environment.value($0) }
        } catch {
            for problem in error.problems {
                StandardStream.error.write("aggregator: \(problem.text)\n")
            }
            return nil
        }
    }

    private static func check(_ file: String?) -> Int32 {
        guard let configuration = load(file) else { return ExitCode.configuration }
        let services = configuration.services.map(\.key.description).joined(separator: ", ")
        StandardStream.output.write("the configuration is valid; services: \(services)\n")
        return ExitCode.success
    }

    private static func health(_ file: String?) -> Int32 {
        guard let configuration = load(file) else { return ExitCode.configuration }
        guard let problem = HealthCheck.problem(configuration.listen) else {
            return ExitCode.success
        }
        StandardStream.error.write("aggregator: \(problem)\n")
        return ExitCode.unhealthy
    }

    private static func run(_ file: String?, _ signals: borrowing SignalQueue) -> Int32 {
        guard let configuration = load(file) else { return ExitCode.configuration }
        let log = Log(level: configuration.log.level, format: configuration.log.format)
        configuration.log(to: log)
        let aggregator: Aggregator
        do {
            aggregator = try Aggregator(configuration, log: log) { Environment.value($0) }
        } catch {
            log.error("aggregator.failed", LogField("error", error.text))
            if case .listener = error { return ExitCode.unavailable }
            return ExitCode.configuration
        }
        // Blocks the main thread, which nothing else uses.
        while signals.wait() != .terminate {}
        log.info("aggregator.stopping")
        aggregator.stop()
        log.info("aggregator.stopped")
        return ExitCode.success
    }
}
