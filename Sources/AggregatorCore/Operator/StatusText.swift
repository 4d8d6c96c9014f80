/// The answer of `GET /v1/services`, or of one service, for a person: a table, then what is to be
/// said in words.
package enum StatusText {
    /// With so many services at most, each has its sentence; with more, those in need have theirs.
    private static let sentencesMax = 5

    /// `nil` when the text is not that answer.
    package static func text(_ json: [UInt8], isColored: Bool = false) -> String? {
        guard let document = try? JSONParser.parse(json) else { return nil }
        let services: [JSONValue]
        if case .array(let all)? = document["services"]?.content {
            services = all
        } else if document["service"] != nil {
            services = [document]
        } else {
            return nil
        }
        var text = table(services, isColored: isColored)
        if services.count <= sentencesMax {
            for service in services {
                text += "\n\(service["status"]?.asText ?? "")\n"
            }
        }
        let attention = services.flatMap { service in
            (service["attention"]?.asArray ?? []).map {
                "\(name(of: service)): \($0.asText ?? "")"
            }
        }
        guard !attention.isEmpty else { return text }
        text += "\n" + Ink.bad.on("Needs attention:", isColored: isColored) + "\n"
        for sentence in attention { text += "  \(sentence)\n" }
        return text
    }

    private static func table(_ services: [JSONValue], isColored: Bool) -> String {
        let states = services.map { state(of: $0) }
        var table = Table(
            ["SERVICE", "STATE", "DESIRED", "RUNNING", "PENDING", "LOAD", "REPORTING", "CHANGES"]
        ) { row, column, text in
            guard column == 1, row > 0 else { return text }
            return states[row - 1].ink.on(text, isColored: isColored)
        }
        for (service, state) in zip(services, states) {
            let decision = service["decision"]
            let changes = ["out", "in"].map { service["changes"]?[$0]?.asShort ?? "-" }
            table.add([
                name(of: service), state.words, service["desiredCount"].asShort,
                service["runningCount"].asShort, service["pendingCount"].asShort,
                decision?["demand"]?.asShort ?? "-", decision?["tasksLive"]?.asShort ?? "-",
                "\(changes[0]) out, \(changes[1]) in",
            ])
        }
        return table.text
    }

    private static func name(of service: JSONValue) -> String {
        "\(service["cluster"]?.asText ?? "?")/\(service["service"]?.asText ?? "?")"
    }

    private static func state(of service: JSONValue) -> (words: String, ink: Ink) {
        switch service["state"]?.asText {
        case "missing": return ("missing", .bad)
        case "unknown": return ("waiting", .doubtful)
        default: break
        }
        if service["attention"]?.asArray?.isEmpty == false { return ("attention", .bad) }
        if service["paused"]?.asArray?.isEmpty == false { return ("paused", .doubtful) }
        if service["dryRun"]?.content == .bool(true) { return ("dry run", .doubtful) }
        return ("fine", .good)
    }
}

extension JSONValue {
    /// A member of an object, the first of its name.
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.key == key }?.value
    }

    var asText: String? { if case .string(let text) = content { text } else { nil } }
    var asArray: [JSONValue]? { if case .array(let values) = content { values } else { nil } }
    var asNumber: Double? { if case .number(let number) = content { number } else { nil } }

    /// For a column: a text as it is, a number with one digit behind the point.
    var asShort: String {
        switch content {
        case .string(let text): text
        case .number(let number): Self.words((number * 10).rounded() / 10)
        default: "-"
        }
    }
}

extension JSONValue? {
    /// What is not known is a dash.
    var asShort: String { self?.asShort ?? "-" }
}
