import Foundation
import TestSupport

/// The built aggregator as a process, listening on a port of its own.
final class AggregatorProcess: Sendable {
    let process: TestProcess
    let port: Int
    private let directory: TemporaryDirectory

    /// Waits until it listens. `wrapper` is a command that becomes the one given to it.
    init(
        _ configuration: String, environment: [String: String?], through wrapper: [String] = []
    ) async throws {
        directory = try TemporaryDirectory()
        let file = try directory.write("aggregator.json", configuration)
        let command = wrapper + [try Repository.program("aggregator"), "run", "--config", file]
        let process = try TestProcess(
            command[0], Array(command.dropFirst()), environment: environment)
        self.process = process
        try await eventually("the aggregator listens: \(process.output)", within: .seconds(20)) {
            if let ended = process.ended {
                throw TestFailure("ended with \(ended): \(process.output)")
            }
            return process.output.contains("\"event\":\"aggregator.listening\"")
        }
        let event = try Self.events(in: process.output).first {
            $0["event"] as? String == "aggregator.listening"
        }
        guard let port = event?["port"] as? Int else {
            throw TestFailure("no port: \(process.output)")
        }
        self.port = port
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// The log's lines of one event.
    func events(_ name: String) throws -> [[String: Any]] {
        try Self.events(in: process.output).filter { $0["event"] as? String == name }
    }

    func event(_ name: String, within span: Duration = .seconds(10)) async throws -> [String: Any] {
        try await eventually("\(name) in \(process.output)", within: span) {
            try !self.events(name).isEmpty
        }
        return try events(name)[0]
    }

    private static func events(in output: String) throws -> [[String: Any]] {
        // The last line may be half written.
        let whole = output.prefix(through: output.lastIndex(of: "\n") ?? output.startIndex)
        return try whole.split(separator: "\n").map { line in
            guard
                let event = try JSONSerialization.jsonObject(with: Data(line.utf8))
                    as? [String: Any]
            else { throw TestFailure("not a line of the log: \(line)") }
            return event
        }
    }

    /// A configuration of one service of moto's cluster.
    static func configuration(
        service: String = "web", metric: String = "busy", target: Double = 10, max: Int = 20,
        settings: String = "",
        top: String = ""
    ) -> String {
        """
        {"listen":{"address":"127.0.0.1","port":0},"log":{"format":"json"},
         "reconcileSeconds":1,\(top)
         "services":[{"cluster":"demo","service":"\(service)","min":1,"max":\(max),
          "target":{"metric":"\(metric)","value":\(target)},"headroomPercent":0\
        \(settings.isEmpty ? "" : ",")\(settings)}]}
        """
    }
}
