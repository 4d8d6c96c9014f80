/// The answer of `GET /v1/services` as a table for a person.
package enum StatusTable {
    /// `nil` when the text is not that answer.
    package static func text(_ json: [UInt8]) -> String? {
        guard let document = try? JSONParser.parse(json),
            case .array(let services)? = document["services"]?.content
        else { return nil }
        var rows = [
            ["SERVICE", "STATE", "DESIRED", "RUNNING", "PENDING", "REPORTING", "DEMAND", "WHY"]
        ]
        for service in services {
            let decision = service["decision"]
            let isPaused = service["paused"]?.isEmptyArray == false
            let names = [service["cluster"], service["service"]].map { words($0) }
            rows.append(
                [
                    names.joined(separator: "/"),
                    isPaused ? "paused" : words(service["state"]),
                    words(service["desiredCount"]), words(service["runningCount"]),
                    words(service["pendingCount"]), words(decision?["tasksLive"]),
                    words(decision?["demand"]), words(decision?["reason"]),
                ])
        }
        return aligned(rows)
    }

    private static func words(_ value: JSONValue?) -> String {
        switch value?.content {
        case .string(let text): text
        case .number(let number): JSONValue.words((number * 10).rounded() / 10)
        default: "-"
        }
    }

    private static func aligned(_ rows: [[String]]) -> String {
        let columns = rows[0].indices
        let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            columns.map { column in
                let isLast = column == columns.last
                let space = isLast ? 0 : widths[column] - row[column].count + 2
                return row[column] + String(repeating: " ", count: space)
            }.joined() + "\n"
        }.joined()
    }
}

extension JSONValue {
    /// A member of an object, the first of its name.
    fileprivate subscript(key: String) -> JSONValue? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.key == key }?.value
    }

    fileprivate var isEmptyArray: Bool {
        if case .array(let values) = content { values.isEmpty } else { true }
    }
}
