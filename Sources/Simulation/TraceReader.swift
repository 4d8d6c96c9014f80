/// Why a file is not a trace.
package struct TraceError: Error, Equatable, CustomStringConvertible {
    /// 0 when it is about the whole.
    package let line: Int
    package let problem: String

    package var description: String {
        line > 0 ? "line \(line): \(problem)" : problem
    }
}

/// Reads a trace: one number a line, CSV of time and value, or the aggregator's own decision log.
package enum TraceReader {
    /// A week of seconds, and some.
    package static let secondsMax = 3_000_000
    /// How many services of a log an error names.
    static let servicesToldMax = 20

    /// Rates, one a second, and what they are of.
    package struct Content: Sendable {
        package var trace: Trace
        /// The log gives its load in tasks already; other files in requests a second.
        package var isInTasks: Bool
    }

    /// `service` is the one of a log to read, as `service` or `cluster/service`.
    package static func read(
        _ text: String, name: String, service: String? = nil
    ) throws(TraceError) -> Content {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first(where: { !isEmpty($0) }) else {
            throw TraceError(line: 0, problem: "the trace is empty")
        }
        if first.hasPrefix("{") { return try log(lines, name: name, service: service) }
        let points = try numbers(lines)
        return Content(
            trace: Trace(name: name, rates: try resampled(points)), isInTasks: false)
    }

    private static func isEmpty(_ line: Substring) -> Bool {
        line.isEmpty || line == "\r" || line.hasPrefix("#")
    }

    /// Time in seconds and value; without a time a line is a second.
    private static func numbers(
        _ lines: [Substring]
    ) throws(TraceError) -> [(second: Double, value: Double)] {
        var points: [(second: Double, value: Double)] = []
        for (index, line) in lines.enumerated() where !isEmpty(line) {
            let fields = line.split { ",; \t\r".contains($0) }
            let values = fields.compactMap { Double($0) }
            if values.count < fields.count, points.isEmpty { continue }  // The head of a CSV.
            guard values.count == fields.count, (1...2).contains(values.count),
                values.allSatisfy(\.isFinite), let value = values.last, value >= 0
            else {
                throw TraceError(
                    line: index + 1, problem: "expected a number, or time and number, not \(line)")
            }
            points.append((values.count == 2 ? values[0] : Double(points.count), value))
        }
        return points
    }

    /// One value a second; each holds until the next point.
    private static func resampled(
        _ points: [(second: Double, value: Double)]
    ) throws(TraceError) -> [Float] {
        guard let first = points.first, let last = points.last else {
            throw TraceError(line: 0, problem: "the trace has no numbers")
        }
        // Times in milliseconds are told by their size.
        let unit = first.second > 1e11 ? 1000.0 : 1
        let seconds = Int((last.second - first.second) / unit) + 1
        guard seconds >= 1, seconds <= secondsMax else {
            throw TraceError(
                line: 0, problem: "the trace is longer than \(secondsMax) seconds, or runs back")
        }
        var rates = [Float](repeating: 0, count: seconds)
        var index = 0
        for second in 0..<seconds {
            while index + 1 < points.count,
                (points[index + 1].second - first.second) / unit <= Double(second)
            {
                index += 1
            }
            rates[second] = Float(points[index].value)
        }
        return rates
    }

    /// Lines of JSON, as the aggregator logs its decisions: those with a `demand`, of one service.
    private static func log(
        _ lines: [Substring], name: String, service: String?
    ) throws(TraceError) -> Content {
        var points: [(second: Double, value: Double)] = []
        let decisions = try decisions(lines, of: service)
        for (line, demand) in decisions {
            let time = JSONScan.seconds("time", in: line) ?? Double(points.count)
            if let last = points.last, time < last.second { continue }
            points.append((time, demand))
        }
        return Content(trace: Trace(name: name, rates: try resampled(points)), isInTasks: true)
    }

    /// The lines of the service that is meant; without a name there may be but one in the log.
    private static func decisions(
        _ lines: [Substring], of service: String?
    ) throws(TraceError) -> [(line: Substring, demand: Double)] {
        var all: [String: [(line: Substring, demand: Double)]] = [:]
        for line in lines {
            guard let demand = JSONScan.number("demand", in: line) else { continue }
            let key = ["cluster", "service"].compactMap { JSONScan.string($0, in: line) }
            all[key.joined(separator: "/"), default: []].append((line, demand))
        }
        guard !all.isEmpty else {
            throw TraceError(line: 0, problem: "no line of the log has a decision's demand")
        }
        let meant = all.filter { key, _ in
            service.map { key == $0 || key.hasSuffix("/\($0)") } ?? true
        }
        if meant.count == 1, let only = meant.values.first { return only }
        let keys = (meant.isEmpty ? all : meant).keys.sorted()
        let listed = keys.prefix(servicesToldMax).joined(separator: ", ")
        let more = keys.count > servicesToldMax ? ", …" : ""
        throw TraceError(
            line: 0,
            problem: meant.isEmpty
                ? "the log has no decision of \(service ?? ""), but of \(listed)\(more)"
                : "the log has decisions of \(keys.count) services, choose one with --service: "
                    + "\(listed)\(more)")
    }
}
