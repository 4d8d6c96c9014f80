/// Writes Prometheus' text exposition format 0.0.4.
///
/// Source: "Exposition formats", Prometheus documentation. Each metric is begun once, with its help
/// and type, and its samples follow.
struct MetricsText {
    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var text = ""
    private var name = ""

    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        line("", labels.map { ($0.key, $0.value) }, value)
    }

    mutating func sample(_ value: Int, _ labels: KeyValuePairs<String, String> = [:]) {
        sample(Double(value), labels)
    }

    mutating func histogram(_ histogram: Histogram) {
        let values = histogram.values
        var total = 0
        for (bound, count) in zip(histogram.bounds, values.counts) {
            total += count
            line("_bucket", [("le", Self.number(bound))], Double(total))
        }
        total += values.counts[histogram.bounds.count]
        line("_bucket", [("le", "+Inf")], Double(total))
        line("_sum", [], values.sum)
        line("_count", [], Double(total))
    }

    private mutating func line(_ suffix: String, _ labels: [(String, String)], _ value: Double) {
        text += name + suffix
        if !labels.isEmpty {
            let pairs = labels.map { "\($0)=\"\(Self.escaped($1))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(Self.number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }
}
