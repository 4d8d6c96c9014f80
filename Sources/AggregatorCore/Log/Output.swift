import Platform

/// The program's streams: the log on standard error, metrics as lines on standard output.
///
/// Nobody waits for either: see `LineWriter`.
package final class Output: Sendable {
    package let log: Log
    private let logLines: LineWriter
    private let metricLines: LineWriter

    package init(_ configuration: LogConfiguration) {
        let bytesMax = AggregatorLimits.linesWaitingBytesMax
        let logLines = LineWriter(.error, bytesMax: bytesMax)
        let metricLines = LineWriter(.output, bytesMax: bytesMax)
        let log = Log(level: configuration.level, format: configuration.format) {
            logLines.append($0)
        }
        (self.log, self.logLines, self.metricLines) = (log, logLines, metricLines)
        logLines.start(named: "log") { Self.logDropped($0, of: "log", log) }
        metricLines.start(named: "metric-lines") { Self.logDropped($0, of: "metrics", log) }
    }

    func writeMetrics(_ line: String) { metricLines.append(line) }

    /// Lines that were lost since the start, since their reader was behind or gone.
    var dropped: (log: Int, metrics: Int) { (logLines.dropped, metricLines.dropped) }

    /// Waits for what is not written yet, at the program's end.
    package func drain() {
        logLines.drain(within: AggregatorLimits.linesDrainWithin)
        metricLines.drain(within: AggregatorLimits.linesDrainWithin)
    }

    private static func logDropped(_ count: Int, of lines: String, _ log: Log) {
        log.warning(
            "log.dropped", LogField("of", lines), LogField("lines", count),
            LogField("reason", "the stream's reader was behind: lines were lost, nothing else"))
    }
}
