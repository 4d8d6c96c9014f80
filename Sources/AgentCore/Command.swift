import Platform
import Transport
import Writing

/// The program's commands.
package enum Command {
    case run
    case probe(asJSON: Bool)
    case health(requiresNginx: Bool, requiresAggregator: Bool)
    case version
    case help
    case wrong(Text)

    package init(_ arguments: [String]) {
        guard let name = arguments.first else {
            self = .wrong(Text("no command given"))
            return
        }
        let rest = Array(arguments.dropFirst())
        if rest.first.map(Self.isHelpOption) == true {
            self = .help
        } else if name.hasBytes(of: "probe"), rest.count <= 1 {
            guard let option = rest.first else {
                self = .probe(asJSON: false)
                return
            }
            self = option.hasBytes(of: "--json") ? .probe(asJSON: true) : .unknown(option)
        } else if name.hasBytes(of: "health") {
            self = .health(rest)
        } else if let extra = rest.first {
            self = .unknown(extra)
        } else if name.hasBytes(of: "run") {
            self = .run
        } else if name.hasBytes(of: "version") || name.hasBytes(of: "--version") {
            self = .version
        } else if name.hasBytes(of: "help") || Self.isHelpOption(name) {
            self = .help
        } else {
            self = .unknown(name)
        }
    }

    private static func isHelpOption(_ argument: String) -> Bool {
        argument.hasBytes(of: "--help") || argument.hasBytes(of: "-h")
    }

    private static func unknown(_ argument: String) -> Command {
        .wrong(Text("unknown command or argument: ").add(argument))
    }

    private static func health(_ options: [String]) -> Command {
        guard let option = options.first else {
            return .health(requiresNginx: false, requiresAggregator: false)
        }
        guard option.hasBytes(of: "--require"), options.count == 2 else { return unknown(option) }
        let list = options[1]
        if list.hasBytes(of: "nginx") {
            return .health(requiresNginx: true, requiresAggregator: false)
        }
        if list.hasBytes(of: "aggregator") {
            return .health(requiresNginx: false, requiresAggregator: true)
        }
        if list.hasBytes(of: "nginx,aggregator") || list.hasBytes(of: "aggregator,nginx") {
            return .health(requiresNginx: true, requiresAggregator: true)
        }
        return .wrong(
            Text("--require takes nginx, aggregator or nginx,aggregator, not ").add(list))
    }

    package func perform() -> Int32 {
        switch self {
        case .run: return runAgent()
        case .probe(let asJSON): return probe(asJSON: asJSON)
        case .health(let nginx, let aggregator):
            return health(requiresNginx: nginx, requiresAggregator: aggregator)
        case .version:
            StandardStream.output.write(Text("agent ").add(AgentVersion.text).add("\n").utf8)
            return ExitCode.success
        case .help:
            Help.write()
            return ExitCode.success
        case .wrong(let problem):
            return fail(problem.add("; see `agent help`"), ExitCode.usage)
        }
    }

    private func fail(_ text: Text, _ code: Int32) -> Int32 {
        StandardStream.error.write(Text("agent: ").add(text.string).add("\n").utf8)
        return code
    }

    private func fail(_ error: SettingError) -> Int32 {
        if case .notInTask = error { return fail(Text("").add(error.text), ExitCode.noTask) }
        return fail(Text("").add(error.text), ExitCode.settings)
    }

    private func runAgent() -> Int32 {
        let signals = SignalQueue()
        let settings: AgentSettings
        do throws(SettingError) {
            settings = try AgentSettings { Environment.value($0) }
        } catch {
            return fail(error)
        }
        do throws(TransportError) {
            try Agent(settings).run(signals)
            return ExitCode.success
        } catch {
            return fail(Text("").add(error.text), ExitCode.software)
        }
    }

    private func probe(asJSON: Bool) -> Int32 {
        let settings: AgentSettings
        do throws(SettingError) {
            settings = try AgentSettings { Environment.value($0) }
        } catch {
            return fail(error)
        }
        let report: ProbeReport
        do throws(TransportError) {
            report = try Probe(settings).run()
        } catch {
            return fail(Text("").add(error.text), ExitCode.software)
        }
        if asJSON {
            StandardStream.output.write(report.encode())
        } else {
            let isTerminal = StandardStream.output.isTerminal
            StandardStream.output.write(report.table(coloured: isTerminal))
        }
        guard let broken = report.firstBroken else { return ExitCode.success }
        return fail(Text("the first broken link is ").add(broken.text), broken.exitCode)
    }

    private func health(requiresNginx: Bool, requiresAggregator: Bool) -> Int32 {
        // It needs no other setting.
        let reader = SettingReader { Environment.value($0) }
        let socket = reader.healthSocket()
        if let problem = reader.problem { return fail(problem) }
        guard let socket else {
            return fail(Text("AGENT_HEALTH_SOCKET is none"), ExitCode.settings)
        }
        let check = HealthCheck(
            socket: socket, requiresNginx: requiresNginx,
            requiresAggregator: requiresAggregator)
        switch check.run() {
        case .healthy: return ExitCode.success
        case .notRunning(let reason):
            let text = Text("no running agent answers on ").add(socket).add(": ").add(reason)
            return fail(text, ExitCode.notRunning)
        case .nginxDown: return fail(Text("nginx does not answer"), ExitCode.nginxDown)
        case .aggregatorDown:
            return fail(Text("the aggregator takes no reports"), ExitCode.aggregatorDown)
        }
    }
}
