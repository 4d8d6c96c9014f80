import Foundation
import TestSupport

/// nginx/ as it ships, in a directory instead of an image.
final class TaskNginx: Sendable {
    /// What `docker/nginx.Dockerfile` sets, with free ports.
    struct Settings: Sendable {
        var listen: String
        var backend: String
        var keepalive = "64"
        var status: String

        /// nginx on one free port, its status on another, the backend where it is.
        static func free(backend port: Int) throws -> (Settings, port: Int, statusPort: Int) {
            let (port, statusPort, backend) = (try LocalPort.free(), try LocalPort.free(), port)
            let settings = Settings(
                listen: "127.0.0.1:\(port)", backend: "127.0.0.1:\(backend)",
                status: "127.0.0.1:\(statusPort)")
            return (settings, port, statusPort)
        }
    }

    let directory: TemporaryDirectory
    let process: TestProcess

    /// Starts it and waits until it listens.
    init(_ settings: Settings, port: Int) async throws {
        directory = try TemporaryDirectory()
        let arguments = try Self.write(settings, to: directory)
        process = try TestProcess("nginx", arguments + ["-g", "daemon off;"])
        try await LocalPort.untilAnswers(port, by: process)
    }

    /// `nginx -t`: what it says, and a failure when it is not satisfied.
    static func check(_ settings: Settings) async throws -> String {
        let directory = try TemporaryDirectory()
        return try await Support.run("nginx", ["-t"] + (try write(settings, to: directory)))
    }

    private static func write(
        _ settings: Settings, to directory: TemporaryDirectory
    ) throws -> [String] {
        let nginx = "\(Repository.root)/nginx"
        let values = [
            "NGINX_LISTEN": settings.listen, "BACKEND_ADDRESS": settings.backend,
            "BACKEND_HEALTH_PATH": "/health", "BACKEND_KEEPALIVE": settings.keepalive,
            "NGINX_STATUS_LISTEN": settings.status,
        ]
        var servers = try String(
            contentsOfFile: "\(nginx)/templates/default.conf.template", encoding: .utf8)
        for (name, value) in values { servers = servers.replacing("${\(name)}", with: value) }
        guard !servers.contains("${") else { throw TestFailure("a variable without a value") }
        let path = try directory.write("default.conf", servers)
        let main = try String(contentsOfFile: "\(nginx)/nginx.conf", encoding: .utf8)
            .replacing("user nginx;", with: "")
            .replacing("/var/run/nginx.pid", with: "\(directory.path)/nginx.pid")
            .replacing("/var/cache/nginx", with: directory.path)
            .replacing("/var/log/nginx/error.log", with: "stderr")
            .replacing("/etc/nginx/conf.d/*.conf", with: path)
        let file = try directory.write("nginx.conf", main)
        return ["-p", directory.path, "-c", file, "-e", "stderr"]
    }
}
