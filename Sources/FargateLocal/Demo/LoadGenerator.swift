import CFargateLocal

/// wrk, as Debian packages it, with a new connection for each request unless they are kept: the
/// balancer's reloads then break none, as an ALB's changes of targets break none.
package final class LoadGenerator {
    private var process: ChildProcess
    private let log: String

    /// Longer loads end by themselves.
    private static let secondsMax = 300

    package init(
        wrk: String, url: String, connections: Int, log: String, guardian: Guardian,
        isKept: Bool = false, headers: [String] = []
    ) throws(FargateLocalError) {
        guard Files.isExecutable(wrk) else { throw .missingFile(what: "wrk", path: wrk) }
        let headers = (isKept ? [] : ["Connection: close"]) + headers
        self.log = log
        process = try ChildProcess(
            path: wrk,
            arguments: [
                "-t", "1", "-c", "\(connections)", "-d", "\(Self.secondsMax)s", "--latency",
                "--timeout", "10s",
            ] + headers.flatMap { ["-H", $0] } + [url], environment: ["PATH": "/usr/bin:/bin"],
            log: log, guardian: guardian)
    }

    /// Ends the load, whatever it says about it.
    package func end() {
        process.signalGroup(SIGKILL)
        _ = process.end(within: .seconds(1))
    }

    /// Ends the load and reads what wrk says about it.
    package func stop() throws(FargateLocalError) -> LoadResult {
        process.signal(SIGINT)
        guard process.end(within: .seconds(12)) == 0 else {
            throw .timedOut(what: "the end of wrk", seconds: 12)
        }
        return LoadResult(wrk: try Files.read(log, what: "the output of wrk"))
    }
}

/// What a load came to.
package struct LoadResult: Equatable, Sendable {
    package var requests = 0
    /// Answers other than 2xx and 3xx.
    package var refused = 0
    /// Connections that could not be made, were reset, or timed out.
    package var broken = 0
    /// As wrk words them: the median and the 99th percentile.
    package var latencyMedian = "?"
    package var latency99 = "?"

    package var errors: Int { refused + broken }

    /// Reads wrk's report:
    /// ```
    ///      50%   51.02ms
    ///   1234 requests in 1.00s, 1.23MB read
    ///   Socket errors: connect 0, read 0, write 0, timeout 0
    ///   Non-2xx or 3xx responses: 5
    /// ```
    package init(wrk text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.contains(" requests in "), let first = words.first {
                requests = Int(first) ?? 0
            } else if line.contains("Socket errors:") {
                broken = line.split { !$0.isNumber }.compactMap { Int($0) }.reduce(0, +)
            } else if line.contains("Non-2xx or 3xx responses:"), let last = words.last {
                refused = Int(last) ?? 0
            } else if words.count == 2, words[0] == "50%" {
                latencyMedian = String(words[1])
            } else if words.count == 2, words[0] == "99%" {
                latency99 = String(words[1])
            }
        }
    }
}
