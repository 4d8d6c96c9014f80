import AggregatorCore
import Platform

/// What is asked of a running aggregator, and shown.
struct Question {
    enum Subject {
        case status, why(last: Int), tasks
    }

    let subject: Subject
    /// As given: `CLUSTER/SERVICE`, or the service's name where one cluster has it; `nil` for all.
    let service: String?
    let isJSON: Bool
    let isWatching: Bool

    /// How often `--watch` asks.
    private static let watchPeriod = Duration.seconds(1)
    private static let entriesMax = 10_000

    init(_ name: String, _ arguments: inout Arguments) throws(UsageError) {
        isJSON = arguments.flag("--json")
        isWatching = name == "status" && arguments.flag("--watch")
        if isWatching && isJSON {
            throw UsageError(text: "--watch and --json exclude each other: /v1/events is both")
        }
        switch name {
        case "why":
            let text = try arguments.option("--last") ?? "5"
            guard let last = Int(text), (1...Self.entriesMax).contains(last) else {
                throw UsageError(
                    text: "--last must be a number from 1 to \(Self.entriesMax), not \(text)")
            }
            subject = .why(last: last)
            service = try arguments.positional("SERVICE")
        case "tasks":
            subject = .tasks
            service = try arguments.positional("SERVICE")
        default:
            subject = .status
            service = arguments.optionalPositional()
        }
    }

    /// Whether a person wants colors: on a terminal, unless NO_COLOR is set (no-color.org).
    private static var isColored: Bool {
        StandardStream.output.isTerminal && Environment.value("NO_COLOR" as String) == nil
            && Environment.value("TERM" as String) != "dumb"
    }

    func answer(_ client: OperatorClient) throws(OperatorClient.Failure) -> String {
        let path = try path(client)
        let json = try client.get(path)
        let text =
            switch subject {
            case .status: StatusText.text(json, isColored: Self.isColored)
            case .why: DecisionsText.text(json, isColored: Self.isColored)
            case .tasks: TasksText.text(json, isColored: Self.isColored)
            }
        return isJSON ? String(decoding: json, as: UTF8.self) + "\n" : text ?? "not understood\n"
    }

    private func path(_ client: OperatorClient) throws(OperatorClient.Failure) -> String {
        guard let service else { return "/v1/services" }
        let path = "/v1/services/\(try client.service(named: service))"
        switch subject {
        case .status: return path
        case .why(let last): return "\(path)/decisions?last=\(last)"
        case .tasks: return "\(path)/tasks"
        }
    }

    /// Shows the newest each second, until a signal comes; an aggregator that is away comes back.
    func watch(_ client: OperatorClient, _ signals: borrowing SignalQueue) {
        let redraws = StandardStream.output.isTerminal
        while true {
            let text: String
            do {
                text = try answer(client)
            } catch {
                text = "aggregator: \(error.text); asking again\n"
            }
            // Line by line over the old picture, then the rest is erased: nothing flickers.
            let picture =
                redraws ? "\u{1B}[H" + text.replacing("\n", with: "\u{1B}[K\n") + "\u{1B}[J" : text
            StandardStream.output.write(picture + (redraws ? "" : "\n"))
            for _ in 0..<10 {
                if signals.next() != nil { return }
                ThisProcess.sleep(Self.watchPeriod / 10)
            }
        }
    }
}
