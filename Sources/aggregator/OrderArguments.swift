import AggregatorCore
import Writing

/// What an operator asks for on the command line, as the aggregator takes it.
///
/// ```
/// pause|resume CLUSTER/SERVICE [--direction out|in|both]
/// floor|ceiling CLUSTER/SERVICE N
/// dry-run CLUSTER/SERVICE on|off
/// lift CLUSTER/SERVICE pause|floor|ceiling|dry-run
/// ```
/// What begins something takes `--reason TEXT` and `[--for SPAN]`.
struct OrderArguments {
    let action: OperatorAction
    let service: ServiceKey
    let body: [UInt8]

    init(_ action: OperatorAction, _ arguments: inout Arguments) throws(UsageError) {
        self.action = action
        let direction = try arguments.option("--direction")
        if let direction { try Self.check(direction, ["out", "in", "both"], "--direction") }
        let begins = action != .resume && action != .lift
        let reason = begins ? try arguments.option("--reason") : nil
        let seconds = begins ? try Self.seconds(try arguments.option("--for") ?? "1h") : nil
        guard reason != nil || !begins else {
            throw UsageError(text: "--reason is missing: others will want to know")
        }
        service = try ServiceKey(&arguments)
        var json = JSONWriter()
        let value = try Self.value(action, &arguments)
        if direction != nil, action != .pause, action != .resume {
            throw UsageError(text: "--direction is for pause and resume")
        }
        json.object { json in
            if let direction { json.member("direction", direction) }
            value(&json)
            if let reason { json.member("reason", reason) }
            if let seconds { json.member("forSeconds", seconds) }
        }
        body = json.bytes
    }

    private static func value(
        _ action: OperatorAction, _ arguments: inout Arguments
    ) throws(UsageError) -> (inout JSONWriter) -> Void {
        switch action {
        case .pause, .resume: return { _ in }
        case .floor, .ceiling:
            let text = try arguments.positional("the number of tasks")
            guard let tasks = Int(text) else {
                throw UsageError(text: "\(action.rawValue) takes a number of tasks, not \(text)")
            }
            return { $0.member("tasks", tasks) }
        case .dryRun:
            let text = try arguments.positional("on or off")
            try check(text, ["on", "off"], "dry-run")
            return { $0.member("on", text == "on") }
        case .lift:
            let text = try arguments.positional("what to lift")
            try check(text, ["pause", "floor", "ceiling", "dry-run"], "what to lift")
            let name = text == "dry-run" ? "dryRun" : text
            return { $0.member("override", name) }
        }
    }

    private static func check(
        _ text: String, _ choices: [String], _ name: String
    ) throws(UsageError) {
        guard !choices.contains(text) else { return }
        let words = choices.dropLast().joined(separator: ", ") + " or " + (choices.last ?? "")
        throw UsageError(text: "\(name) must be \(words), not \(text)")
    }

    /// `90` and `90s`, `15m`, `2h`, `3d`.
    private static func seconds(_ text: String) throws(UsageError) -> Int {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text : String(text.dropLast())
        guard let count = Int(digits), count > 0, count <= 1_000_000 else {
            throw UsageError(text: "--for must be a span such as 90s, 15m, 2h or 3d, not \(text)")
        }
        return count * (unit ?? 1)
    }
}

extension ServiceKey {
    /// `CLUSTER/SERVICE`.
    init(_ arguments: inout Arguments) throws(UsageError) {
        let name = try arguments.positional("CLUSTER/SERVICE")
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ ServiceKey.isName(String($0)) }) else {
            throw UsageError(text: "\(name) is not CLUSTER/SERVICE")
        }
        self.init(cluster: String(parts[0]), service: String(parts[1]))
    }
}
