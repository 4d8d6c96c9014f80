import AggregatorCore
import Platform
import Simulation

/// The program's commands.
enum Command {
    case run(file: String?)
    case check(file: String?)
    case health(file: String?)
    case ask(Question)
    case completion(String)
    /// The services' names, a line each; for completion.
    case names
    case order(OrderArguments)
    case simulate([String])
    case recommend([String])
    case version
    case help(String)
    case wrong(String)

    private static let helpOptions = ["--help", "-h"]

    init(_ arguments: [String]) {
        guard let name = arguments.first else {
            self = .wrong("no command given")
            return
        }
        let options = Array(arguments.dropFirst())
        if let option = options.first, Self.helpOptions.contains(option) {
            switch name {
            case "simulate": self = .help(SimulateOptions.usage)
            case "recommend": self = .help(Recommend.usage)
            default: self = .help(Help.text)
            }
            return
        }
        if name == "simulate" {
            self = .simulate(options)
            return
        }
        if name == "recommend" {
            self = .recommend(options)
            return
        }
        var rest = Arguments(options)
        do {
            switch name {
            case "run": self = .run(file: try rest.option("--config"))
            case "check": self = .check(file: try rest.option("--config"))
            case "health": self = .health(file: try rest.option("--config"))
            case "status" where rest.flag("--names"): self = .names
            case "status", "why", "tasks": self = .ask(try Question(name, &rest))
            case "completion":
                let shell = try rest.positional("bash or zsh")
                self = .completion(try Completion.script(for: shell))
            case "version", "--version": self = .version
            case "help": self = .help(Help.text)
            case _ where Self.helpOptions.contains(name): self = .help(Help.text)
            default:
                guard let action = OperatorAction(rawValue: name) else {
                    self = .wrong("unknown command \(name)")
                    return
                }
                self = .order(try OrderArguments(action, &rest))
            }
            try rest.end()
        } catch {
            self = .wrong(error.text)
        }
    }

    func run(_ signals: borrowing SignalQueue) -> Int32 {
        switch self {
        case .run(let file): return Self.run(file, signals)
        case .check(let file): return Self.check(file)
        case .health(let file): return Self.health(file)
        case .ask(let question): return Self.ask(question, signals)
        case .names:
            return Self.ask { client throws(OperatorClient.Failure) in
                try client.names().joined(separator: "\n") + "\n"
            }
        case .completion(let script):
            StandardStream.output.write(script)
            return ExitCode.success
        case .order(let order):
            return Self.ask { client throws(OperatorClient.Failure) in
                let json = try client.post(order.service, order.action, order.body)
                return String(decoding: json, as: UTF8.self) + "\n"
            }
        case .recommend(let arguments): return Recommend.run(arguments) { Self.load($0) }
        case .simulate(let arguments): return Simulate.run(arguments) { Self.load($0) }
        case .version:
            StandardStream.output.write("aggregator \(AggregatorVersion.text)\n")
            return ExitCode.success
        case .help(let text):
            StandardStream.output.write(text)
            return ExitCode.success
        case .wrong(let problem):
            StandardStream.error.write("aggregator: \(problem); see `aggregator help`\n")
            return ExitCode.usage
        }
    }

    private static func load(_ file: String?, withSecrets: Bool = true) -> Configuration? {
        do {
            return try Configuration.load(
                file: file, environment: { Environment.value($0) }, withSecrets: withSecrets)
        } catch {
            for problem in error.problems {
                StandardStream.error.write("aggregator: \(problem.text)\n")
            }
            return nil
        }
    }

    private static func check(_ file: String?) -> Int32 {
        guard let configuration = load(file) else { return ExitCode.configuration }
        for warning in configuration.warnings {
            StandardStream.error.write("aggregator: warning: \(warning)\n")
        }
        let services = configuration.services.map(\.key.description).joined(separator: ", ")
        StandardStream.output.write("the configuration is valid; services: \(services)\n")
        return ExitCode.success
    }

    private static func health(_ file: String?) -> Int32 {
        // A file of tokens that is bad now is not yet in force: that harms nobody who is served.
        guard let configuration = load(file, withSecrets: false) else {
            return ExitCode.configuration
        }
        guard let problem = HealthCheck.problem(configuration.listen) else {
            return ExitCode.success
        }
        StandardStream.error.write("aggregator: \(problem)\n")
        return ExitCode.unhealthy
    }

    private static func run(_ file: String?, _ signals: borrowing SignalQueue) -> Int32 {
        guard var configuration = load(file) else { return ExitCode.configuration }
        let output = Output(configuration.log)
        defer { output.drain() }
        let log = output.log
        var inForce = configuration
        let wanted = configuration.listen
        let descriptors = ThisProcess.raiseDescriptorLimit()
        configuration.listen.fit(descriptors: descriptors)
        configuration.log(to: log)
        for warning in configuration.warnings {
            log.warning("configuration.doubtful", LogField("reason", warning))
        }
        if descriptors < wanted.descriptorsNeeded {
            log.warning(
                "descriptors.few", LogField("limit", descriptors),
                LogField("needed", wanted.descriptorsNeeded),
                LogField("connectionsMax", configuration.listen.connectionsMax),
                LogField("reason", "fewer connections are taken: raise nofile"))
        }
        SystemTimers.open()
        let aggregator: Aggregator
        do {
            aggregator = try Aggregator(configuration, output: output) { Environment.value($0) }
            try open(aggregator)
        } catch {
            log.error("aggregator.failed", LogField("error", error.text))
            return error.isOfConfiguration ? ExitCode.configuration : ExitCode.unavailable
        }
        let ended = Semaphore()
        let running = Task {
            await aggregator.run()
            ended.signal()
        }
        // Blocks the main thread, which nothing else uses.
        while signals.wait() == .reload {
            aggregator.reload { Environment.value($0) }
            inForce = aggregator.reconfigure(from: inForce, file: file) { Environment.value($0) }
        }
        log.info("aggregator.stopping")
        aggregator.stop()
        if !ended.wait(atMost: AggregatorLimits.stopWithin) { running.cancel() }
        log.info("aggregator.stopped")
        return ExitCode.success
    }

    /// Blocks the main thread until it listens.
    private static func open(_ aggregator: Aggregator) throws(AggregatorError) {
        let isDone = Semaphore()
        let outcome = Opening()
        Task {
            do throws(AggregatorError) {
                try await aggregator.open()
            } catch {
                outcome.failure.withLock { $0 = error }
            }
            isDone.signal()
        }
        isDone.wait()
        if let failure = outcome.failure.withLock({ $0 }) { throw failure }
    }

    private final class Opening: Sendable {
        let failure = Lock<AggregatorError?>(nil)
    }
}

// What asks a running aggregator.
extension Command {
    private static func ask(_ question: Question, _ signals: borrowing SignalQueue) -> Int32 {
        guard question.isWatching else {
            return ask { client throws(OperatorClient.Failure) in try question.answer(client) }
        }
        guard let client = client() else { return ExitCode.configuration }
        question.watch(client, signals)
        return ExitCode.success
    }

    private static func client() -> OperatorClient? {
        do {
            return try OperatorClient { Environment.value($0) }
        } catch {
            for problem in error.problems {
                StandardStream.error.write("aggregator: \(problem.text)\n")
            }
            return nil
        }
    }

    private static func ask(
        _ question: (OperatorClient) throws(OperatorClient.Failure) -> String
    ) -> Int32 {
        guard let client = client() else { return ExitCode.configuration }
        do {
            StandardStream.output.write(try question(client))
            return ExitCode.success
        } catch {
            StandardStream.error.write("aggregator: \(error.text)\n")
            return ExitCode.unavailable
        }
    }
}
