import Writing

extension SimulateCommand.Result {
    /// A table and a chart for a terminal.
    package var text: String {
        var lines = ["\(workload), \(Number.text(seconds / 3600)) h", heading]
        lines += entries.map { row($0, $0.outcome) }
        if entries.contains(where: { $0.firstHour != nil }) {
            lines += ["", "its first hour, in which nothing is learnt yet", heading]
            lines += entries.compactMap { entry in entry.firstHour.map { row(entry, $0) } }
        }
        if let ours = entries.first { lines += ["", TerminalChart(ours.samples).text] }
        return lines.joined(separator: "\n") + "\n"
    }

    private var heading: String {
        row(
            "policy", "task-hours", "overloaded s", "delayed %", "refused %", "p99 wait s",
            "changes", "starts", "< 5 min %", "most tasks")
    }

    private func row(_ entry: SimulateCommand.Entry, _ outcome: Outcome) -> String {
        row(
            entry.name, Number.text(outcome.taskHours), Number.text(outcome.overloadedSeconds),
            Number.text(outcome.delayedShare * 100, digits: 3),
            Number.text(outcome.refusedShare * 100, digits: 3),
            Number.text(outcome.waitP99Seconds, digits: 2), "\(outcome.changes)",
            "\(outcome.starts)", Number.text(outcome.briefShare * 100), "\(outcome.desiredMax)")
            + (entry.note.isEmpty ? "" : "  \(entry.note)")
    }

    private func row(_ name: String, _ columns: String...) -> String {
        let padded = columns.map { String(repeating: " ", count: max(0, 13 - $0.count)) + $0 }
        return name + String(repeating: " ", count: max(0, 14 - name.count)) + padded.joined()
    }

    /// The same for programs.
    package var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("workload", workload)
            json.key("seconds")
            json.thousandths(of: seconds)
            json.key("policies")
            json.array { json in
                for entry in entries { write(entry, to: &json) }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }

    private func write(_ entry: SimulateCommand.Entry, to json: inout JSONWriter) {
        json.object { json in
            json.member("policy", entry.name)
            json.member("note", entry.note)
            write(entry.outcome, to: &json)
            guard let firstHour = entry.firstHour else { return }
            json.key("firstHour")
            json.object { json in write(firstHour, to: &json) }
        }
    }

    private func write(_ outcome: Outcome, to json: inout JSONWriter) {
        let numbers: [(StaticString, Double)] = [
            ("taskHours", outcome.taskHours), ("overloadedSeconds", outcome.overloadedSeconds),
            ("delayedPercent", outcome.delayedShare * 100),
            ("refusedPercent", outcome.refusedShare * 100),
            ("waitP99Seconds", outcome.waitP99Seconds),
        ]
        for (name, value) in numbers {
            json.key(name)
            json.thousandths(of: value)
        }
        json.member("changes", outcome.changes)
        json.member("starts", outcome.starts)
        json.key("briefStartsPercent")
        json.thousandths(of: outcome.briefShare * 100)
        json.member("mostTasks", outcome.desiredMax)
    }
}

/// Numbers for people.
enum Number {
    /// Rounded to so many decimals, without trailing zeros.
    static func text(_ value: Double, digits: Int = 1) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}
