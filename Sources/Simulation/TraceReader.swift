import Values

/// A value of a trace and when it began, in seconds since an origin of the file's own.
struct TracePoint {
    var seconds: Double
    var value: Double
}

/// Reads a trace: one number a line, CSV of time and value, or the aggregator's own decision log.
package enum TraceReader {
    /// A year and a day of seconds.
    package static let secondsMax = 366 * 86_400

    /// Rates, one a second, and what they are of.
    package struct Content: Sendable {
        package var trace: Trace
        /// The log gives its load in tasks already; other files in requests a second.
        package var isInTasks: Bool
        /// Something that the reader may have meant otherwise; for a person.
        package var note: String?
    }

    /// `service` is the one of a log to read, as `service` or `cluster/service`. `perSeconds`
    /// divides the values: 60 for sums a minute.
    package static func read(
        _ text: String, name: String, service: String? = nil, perSeconds: Double = 1
    ) throws(TraceError) -> Content {
        // By bytes: for a text's characters, "\r\n" is one that is not "\n".
        let lines = text.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).map { Substring($0) }
        guard lines.contains(where: { !isEmpty($0) }) else {
            throw TraceError(line: 0, problem: "the trace is empty")
        }
        if DecisionLog.isOne(lines) {
            let rates = try resampled(try DecisionLog.points(lines, of: service))
            return Content(trace: Trace(name: name, rates: rates), isInTasks: true)
        }
        let points = try numbers(lines)
        var trace = Trace(name: name, rates: try resampled(points))
        if perSeconds != 1 { trace = trace.scaled(by: 1 / perSeconds) }
        return Content(
            trace: trace, isInTasks: false, note: perSeconds == 1 ? note(points) : nil)
    }

    private static func isEmpty(_ line: Substring) -> Bool {
        line.isEmpty || line == "\r" || line.hasPrefix("#")
    }

    /// Time and value; without a time a line is a second. Only the first line may be a heading.
    private static func numbers(_ lines: [Substring]) throws(TraceError) -> [TracePoint] {
        var points: [TracePoint] = []
        var heading: Int?
        for (index, line) in lines.enumerated() where !isEmpty(line) {
            guard let point = point(line, index: points.count) else {
                if points.isEmpty, heading == nil, line.contains(where: \.isLetter) {
                    heading = index + 1
                    continue
                }
                throw TraceError(line: index + 1, problem: "\(expected), not \(shown(line))")
            }
            if let last = points.last, point.seconds < last.seconds {
                throw TraceError(
                    line: index + 1,
                    problem: "its time is before that of the line above; sort the trace by time")
            }
            points.append(point)
        }
        guard points.isEmpty, let heading else { return points }
        throw TraceError(
            line: heading, problem: "\(expected), not \(shown(lines[heading - 1])), and no more")
    }

    private static let expected =
        "expected a number of at least 0, or a time and such a number; a time is in seconds, "
        + "milliseconds, or as 2026-01-05T10:00:00Z"

    /// The line for an error, a long one cut.
    private static func shown(_ line: Substring) -> String {
        let text = line.prefix(80)
        return "\"\(text)\"" + (text.endIndex < line.endIndex ? "…" : "")
    }

    private static func point(_ line: Substring, index: Int) -> TracePoint? {
        let separators = ",; \t\r\""
        let fields = line.split { separators.contains($0) }
        guard let last = fields.last, let value = Double(last), value.isFinite, value >= 0 else {
            return nil
        }
        switch fields.count {
        case 1: return TracePoint(seconds: Double(index), value: value)
        case 2:
            return seconds(String(fields[0])).map { TracePoint(seconds: $0, value: value) }
        // A day and a time of day, apart.
        case 3:
            return seconds("\(fields[0])T\(fields[1])").map {
                TracePoint(seconds: $0, value: value)
            }
        default: return nil
        }
    }

    /// A number that large is in milliseconds: seconds reach it in the year 5138.
    private static let leastMilliseconds = 1e11

    private static func seconds(_ text: String) -> Double? {
        if let number = Double(text) {
            guard number.isFinite else { return nil }
            return number > leastMilliseconds ? number / 1000 : number
        }
        return UTCTime.ms(of: text).map { Double($0) / 1000 }
    }

    /// One value a second; each holds until the next point.
    private static func resampled(_ points: [TracePoint]) throws(TraceError) -> [Float] {
        guard let first = points.first, let last = points.last else {
            throw TraceError(line: 0, problem: "the trace has no numbers")
        }
        let span = last.seconds - first.seconds
        guard span < Double(secondsMax) else {
            throw TraceError(
                line: 0, problem: "the trace is longer than \(secondsMax / 86_400) days")
        }
        var rates = [Float](repeating: 0, count: Int(span) + 1)
        var index = 0
        for second in rates.indices {
            while index + 1 < points.count,
                points[index + 1].seconds - first.seconds <= Double(second)
            {
                index += 1
            }
            rates[second] = Float(points[index].value)
        }
        return rates
    }

    /// Points a minute or more apart are often sums, as CloudWatch gives them.
    private static func note(_ points: [TracePoint]) -> String? {
        guard points.count > 1, let first = points.first, let last = points.last else { return nil }
        let step = (last.seconds - first.seconds) / Double(points.count - 1)
        guard step >= 59 else { return nil }
        let seconds = Int(step.rounded())
        return "the values, \(seconds) s apart, are read as requests a second; if each is the sum "
            + "of its \(seconds) s, add --per \(seconds)"
    }
}
