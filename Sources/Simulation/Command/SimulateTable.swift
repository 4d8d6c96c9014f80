import Writing

extension SimulateCommand.Result {
    /// A table and a chart for a terminal.
    package var text: String {
        var lines = [
            "\(workload), \(Number.text(seconds / 3600)) h",
            row(
                "policy", "task-hours", "overloaded s", "delayed %", "refused %", "p99 wait s",
                "changes", "starts"),
        ]
        for entry in entries {
            let outcome = entry.outcome
            lines.append(
                row(
                    entry.name, Number.text(outcome.taskHours),
                    Number.text(outcome.overloadedSeconds),
                    Number.text(outcome.delayedShare * 100, digits: 3),
                    Number.text(outcome.refusedShare * 100, digits: 3),
                    Number.text(outcome.waitP99Seconds, digits: 2), "\(outcome.changes)",
                    "\(outcome.starts)") + (entry.note.isEmpty ? "" : "  \(entry.note)"))
        }
        if let ours = entries.first { lines += ["", TerminalChart(ours.samples).text] }
        return lines.joined(separator: "\n") + "\n"
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
        let outcome = entry.outcome
        json.object { json in
            json.member("policy", entry.name)
            json.member("note", entry.note)
            json.key("taskHours")
            json.thousandths(of: outcome.taskHours)
            json.key("overloadedSeconds")
            json.thousandths(of: outcome.overloadedSeconds)
            json.key("delayedPercent")
            json.thousandths(of: outcome.delayedShare * 100)
            json.key("refusedPercent")
            json.thousandths(of: outcome.refusedShare * 100)
            json.key("waitP99Seconds")
            json.thousandths(of: outcome.waitP99Seconds)
            json.member("changes", outcome.changes)
            json.member("starts", outcome.starts)
        }
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
