/// The demand that an aggregator's log of decisions holds: lines of JSON, as they are or as
/// `aws logs tail` prints them, with a time and a stream in front.
enum DecisionLog {
    /// How many services of a log an error names.
    private static let servicesListedMax = 20

    private struct Entry {
        var seconds: Double?
        var demand: Double
    }

    /// Whether some line holds an object.
    static func isOne(_ lines: [Substring]) -> Bool {
        lines.contains { $0.contains("{\"") }
    }

    /// Time and demand of one service's decisions, in the order of time: the lines of several
    /// streams come mixed.
    static func points(
        _ lines: [Substring], of service: String?
    ) throws(TraceError) -> [TracePoint] {
        let entries = try entries(lines, of: service)
        return entries.enumerated()
            .map { TracePoint(seconds: $1.seconds ?? Double($0), value: $1.demand) }
            .sorted { $0.seconds < $1.seconds }
    }

    /// The decisions of the service that is meant; without a name there may be but one.
    private static func entries(
        _ lines: [Substring], of service: String?
    ) throws(TraceError) -> [Entry] {
        var all: [String: [Entry]] = [:]
        for line in lines {
            guard let begin = line.firstIndex(of: "{"),
                let demand = JSONScan.number("demand", in: line[begin...])
            else { continue }
            let object = line[begin...]
            let key = ["cluster", "service"].compactMap { JSONScan.string($0, in: object) }
            all[key.joined(separator: "/"), default: []].append(
                Entry(seconds: JSONScan.seconds("time", in: object), demand: demand))
        }
        guard !all.isEmpty else {
            throw TraceError(line: 0, problem: "no line of the log has a decision's demand")
        }
        let meant = all.filter { key, _ in
            service.map { key == $0 || key.hasSuffix("/\($0)") } ?? true
        }
        if meant.count == 1, let only = meant.values.first { return only }
        let keys = (meant.isEmpty ? all : meant).keys.sorted()
        let listed = keys.prefix(servicesListedMax).joined(separator: ", ")
        let more = keys.count > servicesListedMax ? ", …" : ""
        throw TraceError(
            line: 0,
            problem: meant.isEmpty
                ? "the log has no decision of \(service ?? ""), but of \(listed)\(more)"
                : "the log has decisions of \(keys.count) services, choose one with --service: "
                    + "\(listed)\(more)")
    }
}
