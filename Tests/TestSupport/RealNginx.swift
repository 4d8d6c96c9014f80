import Foundation
import Platform

/// Debian's nginx with a status page over TCP and a unix socket, and a public port.
package final class RealNginx {
    private let directory: TemporaryDirectory
    private let configuration: String
    package private(set) var process: TestProcess?
    package let statusPort: Int
    package let publicPort: Int

    package init(
        statusHost: String = "127.0.0.1", workerConnections: Int = 1024, status: String = ""
    ) async throws {
        directory = try TemporaryDirectory()
        statusPort = try LocalPort.free()
        publicPort = try LocalPort.free()
        configuration = try directory.write(
            "nginx.conf",
            """
            daemon off;
            pid \(directory.path)/nginx.pid;
            error_log \(directory.path)/error.log;
            worker_processes 1;
            events { worker_connections \(workerConnections); }
            http {
                access_log off;
                client_body_temp_path \(directory.path)/body;
                proxy_temp_path \(directory.path)/proxy;
                fastcgi_temp_path \(directory.path)/fastcgi;
                uwsgi_temp_path \(directory.path)/uwsgi;
                scgi_temp_path \(directory.path)/scgi;
                server {
                    listen \(statusHost):\(statusPort);
                    listen unix:\(directory.path)/status.sock;
                    \(status)
                    location = /nginx_status { stub_status; }
                    location = /forbidden { deny all; }
                    location = /other { return 200 "hello"; }
                }
                server { listen 127.0.0.1:\(publicPort); location / { return 200 "ok"; } }
            }
            """)
        try await start()
    }

    package var statusURL: String { "http://127.0.0.1:\(statusPort)/nginx_status" }
    package var unixURL: String { "unix:\(directory.path)/status.sock:/nginx_status" }

    package func start() async throws {
        // A killed nginx leaves its socket behind.
        try? FileManager.default.removeItem(atPath: "\(directory.path)/status.sock")
        let process = try TestProcess("nginx", ["-c", configuration, "-e", "stderr"])
        self.process = process
        try await LocalPort.untilAnswers(statusPort, by: process)
    }

    /// Master and worker at once, as the kernel's memory killer does.
    package func kill() {
        process?.end()
        process = nil
    }

    /// Reads its configuration again: new workers, and the old ones end when they are done.
    package func reload() {
        process?.signal(SIGHUP)
    }

    /// Requests under way: each has sent half of its headers, which nginx counts as reading.
    package func hold(_ count: Int) throws -> [HeldRequest] {
        try (0..<count).map { _ in try HeldRequest(port: publicPort) }
    }

    /// A whole request over a connection of its own.
    package func get() async throws {
        let request = try HeldRequest(port: publicPort)
        try await request.finish()
    }
}

/// A request that nginx waits for the rest of; it ends with this object.
package final class HeldRequest {
    private let socket: StreamSocket

    package init(port: Int) throws {
        socket = try StreamSocket.connecting(to: .ip(host: "127.0.0.1", port: port))
        let bytes = Array("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n".utf8)
        guard try socket.send(bytes) == bytes.count else {
            throw TestFailure("a request was not sent whole")
        }
    }

    package func finish() async throws {
        _ = try socket.send(Array("\r\n".utf8))
        var answer: [UInt8] = []
        try await eventually("nginx answers") {
            try self.socket.append(to: &answer, atMost: 4096) == 0
        }
    }
}
