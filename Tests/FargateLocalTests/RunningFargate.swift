import Foundation
import TestSupport
import Testing

@testable import FargateLocal

/// `fargate-local run` as built, as a process.
struct RunningFargate {
    let process: TestProcess
    let addresses: LocalAddresses

    /// Tasks share this machine's network unless they are to be isolated; `places` are the program
    /// and nginx's directory, where those of this checkout do not serve.
    init(
        _ arguments: [String], through wrapper: [String] = [],
        places: (program: String, nginx: String)? = nil, isolated: Bool = false
    ) async throws {
        let program = try places?.program ?? Repository.program("fargate-local")
        let nginx = places?.nginx ?? "\(Repository.root)/nginx"
        let command =
            wrapper + [
                program, "run", "--start-delay-ms", "50", "--deregistration-delay-ms", "50",
                "--service-time-ms", "5", "--nginx-dir", nginx,
            ] + (isolated ? [] : ["--shared"]) + arguments
        process = try TestProcess(command[0], Array(command.dropFirst()))
        let started = process
        try await eventually("addresses: \(started.output)", within: .seconds(20)) {
            Self.firstDocument(started.output) != nil || started.ended != nil
        }
        let document = Self.firstDocument(process.output) ?? process.output
        addresses = try Self.decode(LocalStatus.self, document).addresses
    }

    /// After what it says to people.
    private static func firstDocument(_ output: String) -> String? {
        output.split(separator: "\n").first { $0.hasPrefix("{") && $0.hasSuffix("}") }
            .map(String.init)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw TestFailure("\(error): \(text)")
        }
    }

    static func port(_ url: String) throws -> UInt16 {
        try #require(URL(string: url)?.port.map { UInt16($0) })
    }

    func get(_ url: String) throws -> (status: Int, body: String) {
        let parsed = try #require(URL(string: url))
        let path = parsed.path.isEmpty ? "/" : parsed.path
        let query = parsed.query.map { "?\($0)" } ?? ""
        let answer = LoopbackClient.get(
            port: try Self.port(url), path: path + query, timeoutMs: 5000)
        return try #require(answer, "\(url) does not answer")
    }

    func local<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
        try Self.decode(type, try get("\(addresses.endpoint)/_local/\(path)").body)
    }

    func service() throws -> LocalStatus.Service {
        try #require(try local(LocalStatus.self, "status").services.first)
    }

    func running() throws -> [LocalStatus.Task] {
        try service().tasks.filter { $0.status == "RUNNING" }
    }

    func waitForRunning(_ count: Int) async throws {
        try await eventually("\(count) tasks run: \(process.output)", within: .seconds(30)) {
            try running().count == count
        }
    }

    /// Everything it has started: its children and the groups they lead.
    func processes() throws -> [Int32] {
        let all = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap {
            Int32($0).flatMap(ProcessEntry.init)
        }
        let children = Set(all.filter { $0.parent == process.pid }.map(\.id))
        return all.filter { children.contains($0.id) || children.contains($0.group) }.map(\.id)
    }
}

/// A line of the process table, of proc(5).
private struct ProcessEntry {
    let id, parent, group: Int32

    init?(_ id: Int32) {
        guard let data = FileManager.default.contents(atPath: "/proc/\(id)/stat") else {
            return nil
        }
        let text = String(decoding: data, as: UTF8.self)
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 2, let parent = Int32(fields[1]), let group = Int32(fields[2])
        else { return nil }
        (self.id, self.parent, self.group) = (id, parent, group)
    }
}

/// Whether a process is there and no zombie.
func isAlive(_ id: Int32) -> Bool {
    guard let data = FileManager.default.contents(atPath: "/proc/\(id)/stat") else { return false }
    let text = String(decoding: data, as: UTF8.self)
    return !(text.split(separator: ")").last?.hasPrefix(" Z") ?? true)
}
