/// The answer of `…/tasks` as a table for a person.
package enum TasksText {
    /// `nil` when the text is not that answer.
    package static func text(_ json: [UInt8], isColored: Bool = false) -> String? {
        guard let tasks = (try? JSONParser.parse(json))?["tasks"]?.asArray else { return nil }
        guard !tasks.isEmpty else { return "No task reports.\n" }
        let inks = tasks.map { ink(of: $0["state"]?.asText) }
        var table = Table(
            ["TASK", "STATE", "HEARD", "KNOWN FOR", "BUSY", "REQUESTS/S", "CPU", "MEMORY"]
        ) { row, column, text in
            column == 1 && row > 0 ? inks[row - 1].on(text, isColored: isColored) : text
        }
        for task in tasks {
            table.add([
                String((task["arn"]?.asText ?? "?").split(separator: "/").last ?? "?"),
                task["state"].asShort, "\(span(task["heardSecondsAgo"])) ago",
                span(task["knownSeconds"]), task["busy"].asShort,
                task["requestsPerSecond"].asShort, percent(task["cpu"]), percent(task["memory"]),
            ])
        }
        return table.text
    }

    private static func ink(of state: String?) -> Ink {
        switch state {
        case "serving": .good
        case "saturated", "down": .bad
        case "silent", "stranger": .doubtful
        default: .plain
        }
    }

    private static func percent(_ value: JSONValue?) -> String {
        value == nil ? "-" : "\(value.asShort) %"
    }

    private static func span(_ value: JSONValue?) -> String {
        guard let seconds = value?.asNumber else { return "-" }
        if seconds < 10 { return "\(JSONValue.words((seconds * 10).rounded() / 10)) s" }
        switch Int(seconds) {
        case ..<120: return "\(Int(seconds)) s"
        case ..<7_200: return "\(Int(seconds) / 60) min"
        default: return "\(Int(seconds) / 3_600) h"
        }
    }
}
