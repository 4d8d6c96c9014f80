import FargateLocal
import Foundation

/// Something that makes a task's nginx or agent silent, and is no load.
enum FalseAlarm: String, CaseIterable {
    case stopped, killedWorker, killed, reloaded, statusGone, agentStarved, metadataGone

    var words: String {
        switch self {
        case .stopped: "nginx stopped (SIGSTOP) for 8 s"
        case .killedWorker: "nginx's workers killed"
        case .killed: "nginx killed in one task"
        case .reloaded: "nginx reloaded with connections that linger"
        case .statusGone: "status listener taken away"
        case .agentStarved: "agent's CPU taken"
        case .metadataGone: "metadata gone"
        }
    }

    /// How long it is watched, in seconds.
    static let length = 20.0
    private static let stoppedSeconds = 8.0
    private static let lingering = 5
    private static let reloads = 3

    /// Makes it happen and watches; gives the most tasks that were asked for.
    func watch(_ scene: SaturationScene) throws -> Int {
        let load = LightLoad(scene.tasks, path: "/", clients: 4, pause: 0.005)
        defer { load.stop() }
        Thread.sleep(forTimeInterval: 2.5)
        let seen = scene.fargate.callCount
        let end = Date().addingTimeInterval(Self.length)
        let leftovers = try begin(scene)
        defer { leftovers.forEach { $0() } }
        Thread.sleep(until: end)
        return max(SaturationScene.tasks, scene.asked(after: seen).map(\.count).max() ?? 0)
    }

    /// What it gives undoes it.
    private func begin(_ scene: SaturationScene) throws -> [() -> Void] {
        let masters = scene.tasks.compactMap { $0.processIDs["nginx"] }
        switch self {
        case .stopped:
            let all = masters.flatMap { [$0] + Self.children(of: $0) }
            for process in all { kill(process, SIGSTOP) }
            Thread.sleep(forTimeInterval: Self.stoppedSeconds)
            for process in all { kill(process, SIGCONT) }
        case .killedWorker:
            for process in masters.flatMap(Self.children) { kill(process, SIGKILL) }
        case .killed:
            for process in Self.children(of: masters[0]) + [masters[0]] { kill(process, SIGKILL) }
        case .reloaded:
            let open = scene.tasks.flatMap { task in
                (0..<Self.lingering).map { _ in LingeringRequest(task) }
            }
            Thread.sleep(forTimeInterval: 1)
            for _ in 0..<Self.reloads {
                for master in masters { kill(master, SIGHUP) }
                Thread.sleep(forTimeInterval: 3)
            }
            return open.map { request in { request.close() } }
        case .statusGone:
            for task in scene.tasks {
                let path = "\(scene.fargate.addresses.workDirectory)/\(task.id)/http.conf"
                let text = try String(contentsOfFile: path, encoding: .utf8)
                guard let status = text.ranges(of: "\nserver {").last else {
                    throw BenchError("\(path) has no server")
                }
                try String(text[..<status.lowerBound]).write(
                    toFile: path, atomically: true, encoding: .utf8)
            }
            for master in masters { kill(master, SIGHUP) }
        case .agentStarved:
            let burners = try scene.tasks.map { try AgentStarvation($0, scene.fargate) }
            return burners.map { burner in { try? burner.end() } }
        case .metadataGone:
            scene.fargate.stopMetadata()
        }
        return []
    }

    private static func children(of process: Int32) -> [Int32] {
        let path = "/proc/\(process)/task/\(process)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { Int32($0) }
    }
}

/// A request whose body never comes: a worker that is asked to end waits for it.
private final class LingeringRequest {
    private let descriptor: Int32

    init(_ task: TaskProbe) {
        let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
        descriptor = LoopbackClient.begin(
            head, at: task.address, port: task.ports.nginx)
    }

    func close() {
        if descriptor >= 0 { Foundation.close(descriptor) }
    }
}
