/// Reads the members of one JSON object, and collects every mistake instead of the first.
///
/// Each setting is asked for once; `end()` then refuses the keys that nobody asked for, and names
/// the nearest valid one. A setting that is refused reads as its default.
struct ObjectReader {
    let path: String
    let line: Int
    private let members: [JSONMember]
    private var known: [String] = []
    private(set) var problems: [ConfigurationProblem] = []

    /// `nil` when the value is not an object, which `problems` then says.
    init?(_ value: JSONValue, path: String, problems: inout [ConfigurationProblem]) {
        guard case .object(let members) = value.content else {
            problems.append(
                ConfigurationProblem(
                    path: path, line: value.line, reason: "must be an object, not \(value.words)"))
            return nil
        }
        self.path = path
        self.line = value.line
        self.members = members
        var seen: Set<String> = []
        for member in members where !seen.insert(member.key).inserted {
            refuse(member.key, member.value.line, "is given twice")
        }
    }

    func path(of key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    mutating func refuse(_ key: String, _ line: Int, _ reason: String) {
        problems.append(ConfigurationProblem(path: path(of: key), line: line, reason: reason))
    }

    mutating func refuse(_ more: [ConfigurationProblem]) {
        problems.append(contentsOf: more)
    }

    /// The member as it stands; `null` counts as left out.
    mutating func value(_ key: String) -> JSONValue? {
        if !known.contains(key) { known.append(key) }
        guard let value = members.first(where: { $0.key == key })?.value, value.content != .null
        else { return nil }
        return value
    }

    func has(_ key: String) -> Bool {
        members.contains { $0.key == key }
    }

    mutating func string(_ key: String, bytesMax: Int = 255) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value.content, !text.isEmpty, text.utf8.count <= bytesMax
        else {
            refuse(
                key, value.line, "must be a text of 1 to \(bytesMax) bytes, not \(value.words)")
            return nil
        }
        return text
    }

    mutating func requiredString(_ key: String, bytesMax: Int = 255) -> String? {
        if has(key) { return string(key, bytesMax: bytesMax) }
        if !known.contains(key) { known.append(key) }
        refuse(key, line, "is missing")
        return nil
    }

    /// An array of texts, at least one; `nil` when it is none, which is then refused.
    mutating func strings(_ key: String, countMax: Int) -> [String]? {
        guard let value = value(key) else {
            refuse(key, line, "is missing")
            return nil
        }
        var texts: [String] = []
        if case .array(let values) = value.content {
            for case .string(let text) in values.map(\.content) { texts.append(text) }
            if texts.count == values.count, (1...countMax).contains(texts.count) { return texts }
        }
        refuse(key, value.line, "must be an array of 1 to \(countMax) texts, not \(value.words)")
        return nil
    }

    /// A text or an array of them; empty when there is none, or a mistake.
    mutating func textOrTexts(_ key: String, bytesMax: Int, countMax: Int) -> [String] {
        guard case .array? = value(key)?.content else {
            return requiredString(key, bytesMax: bytesMax).map { [$0] } ?? []
        }
        return strings(key, countMax: countMax) ?? []
    }

    mutating func bool(_ key: String, default fallback: Bool) -> Bool {
        guard let value = value(key) else { return fallback }
        guard case .bool(let flag) = value.content else {
            refuse(key, value.line, "must be true or false, not \(value.words)")
            return fallback
        }
        return flag
    }

    mutating func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = value(key) else { return nil }
        guard case .number(let number) = value.content, range.contains(number) else {
            refuse(key, value.line, "must be a number from \(words(range)), not \(value.words)")
            return nil
        }
        return number
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(key) else { return nil }
        guard case .number(let number) = value.content, let whole = Int(exactly: number),
            range.contains(whole)
        else {
            refuse(
                key, value.line,
                "must be a whole number from \(range.lowerBound) to \(range.upperBound),"
                    + " not \(value.words)")
            return nil
        }
        return whole
    }

    /// A span in seconds, fractions to the millisecond.
    mutating func seconds(_ key: String, in range: ClosedRange<Duration>) -> Duration? {
        let seconds = range.lowerBound.inSeconds...range.upperBound.inSeconds
        return number(key, in: seconds).map { .milliseconds(Int64(($0 * 1000).rounded())) }
    }

    mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: String, _ type: Choice.Type
    ) -> Choice? {
        guard let value = value(key) else { return nil }
        let names = Choice.allCases.map(\.rawValue)
        guard case .string(let name) = value.content, let choice = Choice(rawValue: name) else {
            let hint: String
            if case .string(let name) = value.content {
                hint = nearest(to: name, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
            } else {
                hint = ""
            }
            refuse(
                key, value.line,
                "must be one of \(names.map { "\"\($0)\"" }.joined(separator: ", ")),"
                    + " not \(value.words)\(hint)")
            return nil
        }
        return choice
    }

    /// A nested object, read by `read`; its mistakes are counted among these.
    mutating func object(_ key: String, _ read: (inout ObjectReader) -> Void) {
        guard let value = value(key) else { return }
        var found: [ConfigurationProblem] = []
        if var reader = ObjectReader(value, path: path(of: key), problems: &found) {
            read(&reader)
            found = reader.end()
        }
        problems.append(contentsOf: found)
    }

    /// An array of objects, each read by `read`.
    mutating func objects(
        _ key: String, countMax: Int, _ read: (inout ObjectReader) -> Void
    ) {
        guard let value = value(key) else { return }
        guard case .array(let values) = value.content else {
            return refuse(key, value.line, "must be an array, not \(value.words)")
        }
        guard values.count <= countMax else {
            return refuse(
                key, value.line, "must have at most \(countMax) entries, not \(values.count)")
        }
        for (index, value) in values.enumerated() {
            var found: [ConfigurationProblem] = []
            let path = "\(path(of: key))[\(index)]"
            if var reader = ObjectReader(value, path: path, problems: &found) {
                read(&reader)
                found = reader.end()
            }
            problems.append(contentsOf: found)
        }
    }

    /// Refuses what nobody asked for, and gives every mistake in this object.
    mutating func end() -> [ConfigurationProblem] {
        for member in members where !known.contains(member.key) {
            let hint =
                nearest(to: member.key, in: known)
                .map { "; did you mean \"\($0)\"?" } ?? ""
            refuse(
                member.key, member.value.line,
                "is not known\(hint) (known: \(known.joined(separator: ", ")))")
        }
        return problems
    }

    private func words(_ range: ClosedRange<Double>) -> String {
        "\(JSONValue.words(range.lowerBound)) to \(JSONValue.words(range.upperBound))"
    }
}

/// The name that goes on where this one ends, as `cooldownSeconds` for `cooldown`; else the one
/// that is fewest edits away (Levenshtein 1966), when it is near enough to be meant.
func nearest(to name: String, in names: [String]) -> String? {
    if name.utf8.count >= 3, let longer = names.first(where: { $0.hasPrefix(name) }) {
        return longer
    }
    let best = names.map { (name: $0, distance: editDistance(name.lowercased(), $0.lowercased())) }
        .min { $0.distance < $1.distance }
    guard let best, best.distance <= max(2, name.utf8.count / 3) else { return nil }
    return best.name
}

private func editDistance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.utf8.prefix(64)), Array(right.utf8.prefix(64)))
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in right.enumerated() {
            let substituted = diagonal + (a == b ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}
