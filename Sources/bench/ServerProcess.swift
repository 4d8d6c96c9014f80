import Foundation

/// A server under measurement, on a processor of its own; ends with this object.
final class ServerProcess {
    let process = Process()
    let log: URL

    init(
        _ arguments: [String], environment: [String: String] = [:], processor: Int?, name: String
    ) throws {
        log = URL(fileURLWithPath: "/tmp/bench-\(name)-\(getpid()).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // Ends with this process, also when that is killed.
        var command = ["setpriv", "--pdeathsig", "KILL"]
        if let processor { command += ["taskset", "-c", "\(processor)"] }
        process.arguments = command + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: log)
    }

    var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Waits until the log has this.
    func wait(for text: String, seconds: Double = 20) throws {
        let end = Date().addingTimeInterval(seconds)
        while !output.contains(text) {
            guard Date() < end, process.isRunning else {
                throw BenchError(
                    "no \(text) from \(process.arguments ?? []): \(output.suffix(2000))")
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    /// User and system time so far, of all its threads, in microseconds (to 10 ms).
    var cpuMicroseconds: Double {
        guard
            let stat = try? String(
                contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return .nan }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return ((Double(fields[11]) ?? .nan) + (Double(fields[12]) ?? .nan)) * 10_000
    }

    var residentBytes: Double {
        guard
            let status = try? String(
                contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = Double(line.filter(\.isNumber))
        else { return .nan }
        return kilobytes * 1024
    }
}
