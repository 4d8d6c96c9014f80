import Foundation
import Glibc
import TestSupport
import Testing

@testable import FargateLocal

/// The template of `nginx/`, in a real nginx.
@Suite struct NginxTemplateTests {
    private struct Nginx {
        let process: TestProcess
        let port: UInt16
        private let directory: TemporaryDirectory

        init(backend: String) async throws {
            directory = try TemporaryDirectory()
            port = UInt16(try LocalPort.free())
            let template = try String(
                contentsOfFile: "\(Repository.root)/nginx/templates/default.conf.template",
                encoding: .utf8)
            _ = try directory.write(
                "http.conf",
                NginxConfiguration.render(
                    template,
                    [
                        "NGINX_LISTEN": "127.0.0.1:\(port)", "BACKEND_ADDRESS": backend,
                        "BACKEND_KEEPALIVE": "64",
                        "BACKEND_HEALTH_PATH": "/",
                        "NGINX_STATUS_LISTEN": "unix:\(directory.path)/status.sock",
                    ]))
            process = try TestProcess(
                FargatePrograms.find("nginx"), try NginxProcess.arguments(directory.path))
            try await LocalPort.untilAnswers(Int(port), by: process)
        }
    }

    @Test func letsAWebSocketThrough() async throws {
        let echo = try TestProcess(Repository.python, [Repository.support("upgrade_echo.py")])
        defer { echo.end() }
        try await echo.output(contains: "\n")
        let backend = "127.0.0.1:\(echo.output.dropLast())"
        let nginx = try await Nginx(backend: backend)
        defer { nginx.process.end() }

        let code = """
            import socket
            s = socket.create_connection(("127.0.0.1", \(nginx.port)), 10)
            s.sendall(b"GET /ws HTTP/1.1\\r\\nHost: h\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n")
            head = b""
            while b"\\r\\n\\r\\n" not in head:
                head += s.recv(4096)
            s.sendall(b"ping")
            print(head.split(b"\\r\\n")[0].decode(), s.recv(4096).decode())
            """
        let client = try TestProcess(Repository.python, ["-c", code])
        #expect(try await client.exit(within: .seconds(20)) == .code(0), "\(client.output)")
        #expect(client.output == "HTTP/1.1 101 Switching Protocols ping\n")
    }

    @Test func keepsConnectionsToTheBackendOpen() async throws {
        let backend = try BackendServer(
            address: "127.0.0.1", port: 0, serviceTime: .zero, concurrency: 10)
        defer { backend.stop() }
        let nginx = try await Nginx(backend: "127.0.0.1:\(backend.port)")
        defer { nginx.process.end() }
        for _ in 0..<20 {
            #expect(LoopbackClient.get(port: nginx.port, path: "/")?.status == 200)
        }
        #expect(backend.connectionCount == 1)
    }
}
