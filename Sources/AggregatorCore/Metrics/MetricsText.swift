/// Metrics as they are at one moment, in the order in which they are begun; each is begun once,
/// with its help and kind, and its samples follow.
struct MetricsText {
    enum Kind: String {
        case counter, gauge, histogram
    }

    struct Sample {
        var labels: [(name: String, value: String)]
        var value: Double
    }

    struct Family {
        let name: String
        let kind: Kind
        let help: String
        var samples: [Sample] = []
        /// Instead of samples.
        var histogram: (bounds: [Double], values: Histogram.Values)?
    }

    private(set) var families: [Family] = []

    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        families.append(Family(name: name, kind: kind, help: help))
    }

    mutating func sample(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        families[families.count - 1].samples.append(
            Sample(labels: labels.map { ($0.key, $0.value) }, value: value))
    }

    mutating func sample(_ value: Int, _ labels: KeyValuePairs<String, String> = [:]) {
        sample(Double(value), labels)
    }

    mutating func histogram(_ histogram: Histogram) {
        families[families.count - 1].histogram = (histogram.bounds, histogram.values)
    }
}

// Prometheus' text exposition format 0.0.4: "Exposition formats", Prometheus documentation.
extension MetricsText {
    var text: String {
        var text = ""
        for family in families {
            text += "# HELP \(family.name) \(family.help)\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                text += Self.line(family.name, sample.labels, sample.value)
            }
            if let histogram = family.histogram {
                text += Self.lines(family.name, histogram.bounds, histogram.values)
            }
        }
        return text
    }

    /// Buckets are cumulative.
    private static func lines(
        _ name: String, _ bounds: [Double], _ values: Histogram.Values
    ) -> String {
        var (text, total) = ("", 0)
        for (bound, count) in zip(bounds, values.counts) {
            total += count
            text += line(name + "_bucket", [("le", number(bound))], Double(total))
        }
        total += values.counts[bounds.count]
        return text + line(name + "_bucket", [("le", "+Inf")], Double(total))
            + line(name + "_sum", [], values.sum) + line(name + "_count", [], Double(total))
    }

    private static func line(
        _ name: String, _ labels: [(name: String, value: String)], _ value: Double
    ) -> String {
        let pairs = labels.map { "\($0.name)=\"\(escaped($0.value))\"" }
        let set = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
        return "\(name)\(set) \(number(value))\n"
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
