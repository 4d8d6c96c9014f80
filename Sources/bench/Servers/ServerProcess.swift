import Foundation

/// A server under measurement, a process of its own on a core of its own.
///
/// It ends with this process, however that ends (`setpriv --pdeathsig`).
final class ServerProcess {
    let name: String
    let port: UInt16
    private let process = Process()
    private let log: URL

    /// Starts it on the server's core, or on any, and waits until it accepts connections.
    init(
        _ name: String, port: UInt16, path: String, arguments: [String],
        environment: [String: String] = [:], folder: URL, isPinned: Bool = true
    ) throws {
        self.name = name
        self.port = port
        log = folder.appending(path: "\(name).log")
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw MeasurementError.missing(
                what: path, advice: "`make bench` installs and builds it")
        }
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let output = try FileHandle(forWritingTo: log)
        let core =
            isPinned ? ["taskset", "-c", "\(Machine.serverCore)"] : ["taskset", "-c", "0-63"]
        process.executableURL = URL(filePath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "TERM"] + core + [path] + arguments
        process.environment = environment.merging(["PATH": "/usr/sbin:/usr/bin:/bin"]) { $1 }
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try waitUntilReady()
    }

    deinit {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    /// Polls for at most 10 s.
    private func waitUntilReady() throws {
        for _ in 0..<500 {
            if let probe = try? LoadConnection(port: port) { return probe.close() }
            guard process.isRunning else { break }
            usleep(20_000)
        }
        throw MeasurementError.notReady(what: name, log: try lines())
    }

    /// What it wrote to its standard output and error.
    func lines() throws -> String { try String(contentsOf: log, encoding: .utf8) }

    /// What the process has used since its start.
    func usage() throws -> ProcessUsage { try ProcessUsage(id: process.processIdentifier, name) }
}

/// What a process uses, by `/proc/PID/stat` (proc(5), fields 14, 15 and 24).
struct ProcessUsage {
    let cpuSeconds: Double
    let residentBytes: Int

    init(id: Int32, _ name: String) throws {
        let path = "/proc/\(id)/stat"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { throw MeasurementError.gone(what: name) }
        // The name before may hold spaces; the first field after it is the third.
        let fields = text[end...].split(separator: " ").dropFirst().map { Int($0) ?? 0 }
        guard fields.count > 21 else { throw MeasurementError.gone(what: name) }
        cpuSeconds = Double(fields[11] + fields[12]) / Double(sysconf(Int32(_SC_CLK_TCK)))
        residentBytes = fields[21] * sysconf(Int32(_SC_PAGESIZE))
    }
}
