import Foundation
import Platform
import TestSupport

/// One task: Debian's nginx and the built agent beside it, with a metadata endpoint that tells who
/// they are.
final class AgentTask {
    private let directory: TemporaryDirectory
    private let metadata: CaptureServer
    private let nginx: TestProcess
    private let agent: TestProcess
    private let publicPort: Int

    init(_ taskARN: String, service: String, aggregator: String) async throws {
        directory = try TemporaryDirectory()
        let statusPort = try LocalPort.free()
        publicPort = try LocalPort.free()
        metadata = try await CaptureServer([
            .init(
                headers: ["Content-Type": "application/json"],
                body: """
                    {"Cluster":"demo","TaskARN":"\(taskARN)","Family":"web","Revision":"1",
                     "ServiceName":"\(service)","AvailabilityZone":"eu-west-1a"}
                    """)
        ])
        let configuration = try directory.write(
            "nginx.conf",
            """
            daemon off;
            pid \(directory.path)/nginx.pid;
            error_log \(directory.path)/error.log;
            worker_processes 1;
            events { worker_connections 512; }
            http {
                access_log off;
                client_body_temp_path \(directory.path)/body;
                proxy_temp_path \(directory.path)/proxy;
                fastcgi_temp_path \(directory.path)/fastcgi;
                uwsgi_temp_path \(directory.path)/uwsgi;
                scgi_temp_path \(directory.path)/scgi;
                server {
                    listen 127.0.0.1:\(statusPort);
                    location = /nginx_status { stub_status; }
                }
                server { listen 127.0.0.1:\(publicPort); location / { return 200 "ok"; } }
            }
            """)
        nginx = try TestProcess("nginx", ["-c", configuration, "-e", "stderr"])
        try await LocalPort.untilAnswers(statusPort, by: nginx)
        agent = try TestProcess(
            try Repository.program("agent"), ["run"],
            environment: [
                "ECS_CONTAINER_METADATA_URI_V4": metadata.url, "AGGREGATOR_URL": aggregator,
                "NGINX_STATUS_URL": "http://127.0.0.1:\(statusPort)/nginx_status",
                "AGGREGATOR_TOKEN": nil, "ECS_SERVICE_NAME": nil, "AGENT_HEALTH_SOCKET": "none",
            ])
    }

    var output: String { agent.output }

    /// Requests under way: each has sent a part of its head, which nginx counts as reading.
    func hold(_ count: Int) throws -> [HeldRequest] {
        try (0..<count).map { _ in try HeldRequest(port: publicPort) }
    }
}

/// A request that nginx waits for the rest of; it ends with this object.
final class HeldRequest {
    private let socket: StreamSocket

    init(port: Int) throws {
        socket = try StreamSocket.connecting(to: .ip(host: "127.0.0.1", port: port))
        _ = try socket.send(Array("GET / HTTP/1.1\r\nHost: test\r\n".utf8))
    }
}
