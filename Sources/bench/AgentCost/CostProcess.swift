import Foundation
import Glibc

/// A program whose cost is measured; it ends with this process (`setpriv --pdeathsig`).
final class CostProcess {
    let name: String
    private let process = Process()

    init(
        _ name: String, path: String, arguments: [String], environment: [String: String] = [:],
        log: URL
    ) throws {
        self.name = name
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw CostError(description: "\(path) is missing: `make bench` installs and builds it")
        }
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let output = try FileHandle(forWritingTo: log)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "TERM", path] + arguments
        process.environment = environment.merging(["PATH": "/usr/sbin:/usr/bin:/bin"]) { $1 }
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    deinit {
        guard process.isRunning else { return }
        resume()
        process.terminate()
        process.waitUntilExit()
    }

    var id: Int32 { process.processIdentifier }

    /// Stops it without ending it, so that only one takes its turn.
    func pause() { kill(id, SIGSTOP) }

    func resume() { kill(id, SIGCONT) }

    /// Nanoseconds on a processor since its start, all threads and children
    /// (`/proc/PID/task/TID/schedstat`, kernel's sched-stats documentation).
    func cpuNanoseconds() throws -> Double {
        var sum = try Self.cpuNanoseconds(of: id)
        for child in Self.children(of: id) { sum += try Self.cpuNanoseconds(of: child) }
        return sum
    }

    private static func cpuNanoseconds(of id: Int32) throws -> Double {
        let folder = "/proc/\(id)/task"
        guard let threads = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw CostError(description: "process \(id) has ended")
        }
        return threads.reduce(0) { sum, thread in
            let text = try? String(contentsOfFile: "\(folder)/\(thread)/schedstat", encoding: .utf8)
            return sum + (text?.split(separator: " ").first.flatMap { Double($0) } ?? 0)
        }
    }

    private static func children(of id: Int32) -> [Int32] {
        let path = "/proc/\(id)/task/\(id)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { Int32($0) }
    }

    func descriptors() throws -> Double {
        Double(try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd").count)
    }

    /// Kilobytes by `/proc/PID/smaps_rollup`: resident, and the part that is its alone.
    func memoryKB() throws -> (resident: Double, own: Double) {
        let path = "/proc/\(id)/smaps_rollup"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CostError(description: "\(name) has ended")
        }
        func field(_ name: String) -> Double {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
        }
        return (field("Rss"), field("Private_Clean") + field("Private_Dirty"))
    }
}

/// Why the costs could not be measured.
struct CostError: Error, CustomStringConvertible {
    let description: String
}
