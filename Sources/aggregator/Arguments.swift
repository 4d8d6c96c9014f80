/// Why a command line is wrong.
struct UsageError: Error {
    let text: String
}

/// The arguments behind a command, taken one by one.
struct Arguments {
    private var rest: [String]

    init(_ arguments: [String]) {
        rest = arguments
    }

    /// `NAME VALUE` or `NAME=VALUE`.
    mutating func option(_ name: String) throws(UsageError) -> String? {
        for (index, argument) in rest.enumerated() {
            if argument.hasPrefix("\(name)=") {
                rest.remove(at: index)
                return String(argument.dropFirst(name.count + 1))
            }
            guard argument == name else { continue }
            guard index + 1 < rest.count else { throw UsageError(text: "\(name) needs a value") }
            let value = rest[index + 1]
            rest.removeSubrange(index...(index + 1))
            return value
        }
        return nil
    }

    mutating func flag(_ name: String) -> Bool {
        guard let index = rest.firstIndex(of: name) else { return false }
        rest.remove(at: index)
        return true
    }

    /// The next argument that is no option.
    mutating func positional(_ what: String) throws(UsageError) -> String {
        guard let index = rest.firstIndex(where: { !$0.hasPrefix("-") }) else {
            throw UsageError(text: "\(what) is missing")
        }
        return rest.remove(at: index)
    }

    /// The same; `nil` without one.
    mutating func optionalPositional() -> String? {
        rest.firstIndex { !$0.hasPrefix("-") }.map { rest.remove(at: $0) }
    }

    func end() throws(UsageError) {
        if let argument = rest.first { throw UsageError(text: "unknown argument \(argument)") }
    }
}
