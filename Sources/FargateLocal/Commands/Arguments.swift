/// The options of a command line, taken one by one: `--name value` or `--flag`.
struct Arguments {
    private var rest: [String]

    init(_ arguments: [String]) {
        rest = arguments
    }

    /// Whether the option is there; it is then taken.
    mutating func flag(_ name: String) -> Bool {
        guard let index = rest.firstIndex(of: name) else { return false }
        rest.remove(at: index)
        return true
    }

    mutating func value(_ name: String) throws(FargateLocalError) -> String? {
        guard let index = rest.firstIndex(of: name) else { return nil }
        guard index + 1 < rest.count else {
            throw .badOption(name: name, value: "", expected: "followed by a value")
        }
        defer { rest.removeSubrange(index...index + 1) }
        return rest[index + 1]
    }

    mutating func integer(
        _ name: String, _ range: ClosedRange<Int>
    ) throws(FargateLocalError) -> Int? {
        guard let text = try value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .badOption(
                name: name, value: text,
                expected: "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    mutating func vCPU(_ name: String) throws(FargateLocalError) -> Double? {
        let range = 0.01...64.0
        guard let text = try value(name) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            throw .badOption(name: name, value: text, expected: "a number from 0.01 to 64")
        }
        return number
    }

    mutating func milliseconds(
        _ name: String, _ range: ClosedRange<Int>
    ) throws(FargateLocalError) -> Duration? {
        try integer(name, range).map { .milliseconds($0) }
    }

    mutating func choice<Choice: RawRepresentable<String>>(
        _ name: String, _ choices: [Choice]
    ) throws(FargateLocalError) -> Choice? {
        guard let text = try value(name) else { return nil }
        guard let choice = choices.first(where: { $0.rawValue == text }) else {
            let names = choices.map(\.rawValue).joined(separator: " or ")
            throw .badOption(name: name, value: text, expected: names)
        }
        return choice
    }

    /// Fails when something is left that nobody took.
    func end() throws(FargateLocalError) {
        if let first = rest.first { throw .unknownOption(first) }
    }
}
