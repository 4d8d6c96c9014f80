import AgentCore
import Platform
import Telemetry
import Transport

/// What the program ends with; `agent help` lists them.
enum ExitCode {
    static let success: Int32 = 0
    /// The command line is wrong (EX_USAGE of sysexits.h).
    static let usage: Int32 = 64
    /// Not in an ECS task: `ECS_CONTAINER_METADATA_URI_V4` is absent (EX_UNAVAILABLE).
    static let noTask: Int32 = 69
    /// zlib or libcurl could not be set up (EX_SOFTWARE).
    static let software: Int32 = 70
    /// A setting is missing or wrong (EX_CONFIG).
    static let settings: Int32 = 78
}

/// The program's commands.
enum Command {
    case run
    case version
    case help
    case wrong(String)

    init(_ arguments: [String]) {
        guard let name = arguments.first else {
            self = .wrong("no command given")
            return
        }
        let isAlone = arguments.count == 1
        if isAlone && name.hasBytes(of: "run") {
            self = .run
        } else if isAlone && name.hasBytes(of: "version") {
            self = .version
        } else if isAlone && (name.hasBytes(of: "help") || name.hasBytes(of: "--help")) {
            self = .help
        } else {
            self = .wrong("unknown command or argument: \(arguments[isAlone ? 0 : 1])")
        }
    }

    func run() -> Int32 {
        switch self {
        case .run: return runAgent()
        case .version:
            StandardStream.output.write("agent \(AgentVersion.text)\n")
            return ExitCode.success
        case .help:
            StandardStream.output.write("help\n")
            return ExitCode.success
        case .wrong(let problem):
            StandardStream.error.write("agent: \(problem); see `agent help`\n")
            return ExitCode.usage
        }
    }

    private func runAgent() -> Int32 {
        let signals = SignalQueue()
        let settings: AgentSettings
        do throws(SettingError) {
            settings = try AgentSettings { Environment.value($0) }
        } catch {
            StandardStream.error.write("agent: \(error.text)\n")
            if case .notInTask = error { return ExitCode.noTask }
            return ExitCode.settings
        }
        do throws(TransportError) {
            try Agent(settings).run(signals)
            return ExitCode.success
        } catch {
            StandardStream.error.write("agent: \(error.text)\n")
            return ExitCode.software
        }
    }
}
