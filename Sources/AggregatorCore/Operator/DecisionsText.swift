/// The answer of `…/decisions` for a person: what happened, why, and by which numbers.
package enum DecisionsText {
    /// `nil` when the text is not that answer.
    package static func text(_ json: [UInt8], isColored: Bool = false) -> String? {
        guard let entries = (try? JSONParser.parse(json))?["decisions"]?.asArray else { return nil }
        guard !entries.isEmpty else { return "Nothing has happened since the start.\n" }
        return entries.map { text(of: $0, isColored: isColored) }.joined()
    }

    private static func text(of entry: JSONValue, isColored: Bool) -> String {
        let time = (entry["time"]?.asText ?? "").prefix(19).replacing("T", with: " ")
        let what = Ink.strong.on(what(entry), isColored: isColored)
        var text = "\(time)  \(what)\n    \(why(entry))\n"
        for line in numbers(entry) { text += "    \(line)\n" }
        return text
    }

    private static func what(_ entry: JSONValue) -> String {
        let change = "\(entry["from"].asShort) → \(entry["to"].asShort)"
        switch entry["event"]?.asText {
        case "service.decision": return "decided \(change)"
        case "service.scaled": return "changed \(change)"
        case "service.scaleFailed": return "failed \(change)"
        case "service.adopted": return "somebody else changed \(change)"
        case "service.dryRun": return "would change \(change)"
        case "service.state": return "now \(entry["kind"].asShort == "hold" ? "holds" : change)"
        case "service.held": return "held: \(entry["hold"].asShort)"
        case "service.holdEnded": return "over: \(entry["hold"].asShort)"
        case "service.paused": return "paused: \(entry["direction"].asShort)"
        case "service.resumed": return "resumed: \(entry["direction"].asShort)"
        case "service.overridden": return "set: \(override(entry))"
        case "service.overrideEnded": return "over: \(override(entry))"
        case "service.found": return "found"
        case "service.missing": return "missing"
        case let other: return other ?? "?"
        }
    }

    private static func override(_ entry: JSONValue) -> String {
        for name in ["floor", "ceiling"] {
            if let tasks = entry[name] { return "\(name) \(tasks.asShort)" }
        }
        return "dry run \(entry["dryRun"]?.content == .bool(true) ? "on" : "off")"
    }

    private static func why(_ entry: JSONValue) -> String {
        switch entry["event"]?.asText {
        case "service.scaled":
            return "ECS took it \(entry["reactionMs"].asShort) ms after the report that asked for"
                + " it; the call took \(entry["callMs"].asShort) ms."
        case "service.scaleFailed": return entry["error"].asShort
        case "service.found":
            return "ECS has \(entry["desiredCount"].asShort) desired,"
                + " \(entry["runningCount"].asShort) running,"
                + " \(entry["pendingCount"].asShort) pending."
        case "service.missing": return "ECS says \(entry["status"].asShort)."
        default:
            let parts = [entry["reason"]?.asText, entry["next"]?.asText].compactMap { $0 }
            guard let until = entry["until"]?.asText else { return parts.joined(separator: " ") }
            let end = until.prefix(16).replacing("T", with: " ")
            return "\(parts.joined(separator: " ")); until \(end) UTC."
        }
    }

    /// What a decision was made from.
    private static func numbers(_ entry: JSONValue) -> [String] {
        guard let load = entry["load"] else { return [] }
        return [
            "load \(load.asShort) of \(entry["metric"].asShort), target"
                + " \(entry["target"].asShort) a task: worth \(entry["demand"].asShort) tasks,"
                + " planned for \(entry["planned"].asShort), wanted \(entry["wanted"].asShort)"
                + " (\(entry["mode"].asShort))",
            "\(entry["tasksLive"].asShort) tasks report, \(entry["tasksStale"].asShort) fell silent,"
                + " \(entry["tasksMissing"].asShort) never came; ECS runs"
                + " \(entry["runningCount"].asShort), \(entry["pendingCount"].asShort) pending; min"
                + " \(entry["min"].asShort), max \(entry["max"].asShort)",
        ]
    }
}
