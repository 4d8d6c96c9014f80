import AggregatorCore

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

    func end() throws(UsageError) {
        if let argument = rest.first { throw UsageError(text: "unknown argument \(argument)") }
    }
}

/// `CLUSTER/SERVICE [--direction out|in|both] [--reason TEXT] [--for SECONDS]`.
struct PauseArguments {
    let service: ServiceKey
    let direction: String
    let reason: String
    let forSeconds: Int

    init(_ arguments: inout Arguments, needsReason: Bool) throws(UsageError) {
        direction = try arguments.option("--direction") ?? "both"
        guard ["out", "in", "both"].contains(direction) else {
            throw UsageError(text: "--direction must be out, in or both, not \(direction)")
        }
        let reason = try arguments.option("--reason")
        let span = try arguments.option("--for") ?? "3600"
        guard let seconds = Int(span), seconds > 0 else {
            throw UsageError(text: "--for must be a number of seconds, not \(span)")
        }
        forSeconds = seconds
        guard reason != nil || !needsReason else {
            throw UsageError(text: "--reason is missing: others will want to know")
        }
        self.reason = reason ?? ""
        let name = try arguments.positional("CLUSTER/SERVICE")
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ ServiceKey.isName(String($0)) }) else {
            throw UsageError(text: "\(name) is not CLUSTER/SERVICE")
        }
        service = ServiceKey(cluster: String(parts[0]), service: String(parts[1]))
    }
}
