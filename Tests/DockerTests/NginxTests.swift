import Foundation
import Glibc
import TestSupport
import Testing

/// The configuration of nginx/, on the nginx of this machine.
@Suite struct NginxTests {
    @Test(
        arguments: [
            ("127.0.0.1:18080", "127.0.0.1:2015", "64", "127.0.0.1:18113"),
            ("127.0.0.1:18080", "unix:/tmp/backend.sock", "1", "127.0.0.1:18113"),
            ("127.0.0.1:18080", "127.0.0.1:8080", "256", "unix:status.sock"),
        ])
    func nginxTakesEachVariant(
        listen: String, backend: String, keepalive: String, status: String
    ) async throws {
        // The unix socket goes where nginx may write.
        let directory = try TemporaryDirectory()
        let placed = status.replacing("unix:", with: "unix:\(directory.path)/")
        let settings = TaskNginx.Settings(
            listen: listen, backend: backend, keepalive: keepalive, status: placed)
        #expect(try await TaskNginx.check(settings).contains("test is successful"))
    }

    @Test func theStatusIsNotOnThePublicPort() async throws {
        let backend = try await CaptureServer([.init(body: "the backend")])
        let (settings, port, statusPort) = try TaskNginx.Settings.free(backend: backend.port)
        let nginx = try await TaskNginx(settings, port: port)
        for path in ["/nginx_status", "/NGINX_STATUS", "/../nginx_status", "//nginx_status"] {
            let answer = try RawConnection.get(path, port: port)
            #expect(!answer.contains("Active connections"), "\(path): \(answer)")
        }
        let status = try RawConnection.get("/nginx_status", port: statusPort)
        #expect(status.contains("Active connections: "))
        #expect(try RawConnection.get("/", port: statusPort).hasPrefix("HTTP/1.1 404"))
        nginx.process.end()
    }

    @Test func theStatusCanBeOnAUnixSocketAlone() async throws {
        let backend = try await CaptureServer()
        var (settings, port, _) = try TaskNginx.Settings.free(backend: backend.port)
        let directory = try TemporaryDirectory()
        settings.status = "unix:\(directory.path)/status.sock"
        let nginx = try await TaskNginx(settings, port: port)
        #expect(FileManager.default.fileExists(atPath: "\(directory.path)/status.sock"))
        nginx.process.end()
    }

    @Test func theBackendHearsWhoTheClientIs() async throws {
        let backend = try await CaptureServer()
        let (settings, port, _) = try TaskNginx.Settings.free(backend: backend.port)
        let nginx = try await TaskNginx(settings, port: port)
        // As a load balancer passes it on: the first entry is what the client claims.
        _ = try RawConnection.get(
            "/", port: port,
            headers: ["X-Forwarded-For: 198.51.100.1, 203.0.113.7", "X-Forwarded-Proto: https"])
        _ = try RawConnection.get("/", port: port)
        let requests = try backend.requests()
        let (balanced, direct) = (try #require(requests.first), try #require(requests.last))
        #expect(balanced.headers["x-real-ip"] == "203.0.113.7")
        #expect(balanced.headers["x-forwarded-for"] == "198.51.100.1, 203.0.113.7, 127.0.0.1")
        #expect(balanced.headers["x-forwarded-proto"] == "https")
        #expect(balanced.headers["host"] == "shop.example")
        #expect(direct.headers["x-real-ip"] == "127.0.0.1")
        #expect(direct.headers["x-forwarded-for"] == "127.0.0.1")
        #expect(direct.headers["x-forwarded-proto"] == "http")
        nginx.process.end()
    }

    @Test func webSocketsPass() async throws {
        let backend = try await CaptureServer([
            .init(status: 101, headers: ["Upgrade": "websocket", "Connection": "Upgrade"]),
            .init(body: "through the tunnel"),
        ])
        let (settings, port, _) = try TaskNginx.Settings.free(backend: backend.port)
        let nginx = try await TaskNginx(settings, port: port)
        let connection = try RawConnection(port: port)
        connection.send(
            RawConnection.request("/socket", ["Upgrade: websocket", "Connection: Upgrade"]))
        #expect(connection.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101"))
        let handshake = try #require(try backend.requests().first)
        #expect(handshake.headers["upgrade"] == "websocket")
        #expect(handshake.headers["connection"] == "upgrade")
        // The backend of this test goes on to speak HTTP, which nginx no longer reads.
        connection.send("GET /inside HTTP/1.1\r\n\r\n")
        #expect(connection.receive(until: "tunnel").contains("through the tunnel"))
        nginx.process.end()
    }

    @Test func connectionsToTheBackendAreKept() async throws {
        let backend = try await CaptureServer()
        let (settings, port, _) = try TaskNginx.Settings.free(backend: backend.port)
        let nginx = try await TaskNginx(settings, port: port)
        let connection = try RawConnection(port: port)
        for _ in 0..<10 {
            connection.send(RawConnection.request("/", []))
            #expect(connection.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200"))
        }
        #expect(Set(try backend.requests().map(\.connection)).count == 1)
        nginx.process.end()
    }

    @Test func healthIsItsOwnAndNotTheBackends() async throws {
        let (settings, port, _) = try TaskNginx.Settings.free(backend: try LocalPort.free())
        let nginx = try await TaskNginx(settings, port: port)
        #expect(try RawConnection.get("/healthz", port: port).hasPrefix("HTTP/1.1 200"))
        #expect(try RawConnection.get("/", port: port).hasPrefix("HTTP/1.1 502"))
        #expect(try RawConnection.get("/readyz", port: port).hasPrefix("HTTP/1.1 502"))
        nginx.process.end()
    }

    @Test func whatIsServedWhenECSStopsTheTaskIsFinished() async throws {
        let backend = try await CaptureServer([.init(body: "late", delay: 1)])
        let (settings, port, _) = try TaskNginx.Settings.free(backend: backend.port)
        let nginx = try await TaskNginx(settings, port: port)
        let connection = try RawConnection(port: port)
        connection.send(RawConnection.request("/slow", []))
        try await eventually("the backend has the request") { try !backend.requests().isEmpty }
        nginx.process.signal(SIGQUIT)
        #expect(connection.receive(until: "late").hasPrefix("HTTP/1.1 200"))
        #expect(try await nginx.process.exit() == .code(0))
    }

    @Test func timesFitTheLoadBalancerAndECS() async throws {
        let servers = try Self.text("nginx/templates/default.conf.template")
        let publicServer = try #require(
            servers.components(separatedBy: "\nserver {").dropFirst().first)
        let idle = 60
        let attribute = "{Key: idle_timeout.timeout_seconds, Value: \"\(idle)\"}"
        #expect(try Self.text("docker/stack.yaml").contains(attribute))
        #expect(try Self.seconds("keepalive_timeout", publicServer) > idle)
        // /readyz has shorter ones, on purpose.
        let proxied = try #require(publicServer.components(separatedBy: "location / {").last)
        #expect(try Self.seconds("proxy_read_timeout", proxied) > idle)
    }

    /// nginx cuts what the load balancer no longer waits for, and ends before ECS kills it.
    @Test func drainingIsInStepEverywhere() async throws {
        let shutdown = #/worker_shutdown_timeout (\d+)s/#
        let image = try Self.text("docker/nginx.Dockerfile")
        let seconds = try #require(image.firstMatch(of: shutdown)).1
        #expect(try !Self.text("nginx/nginx.conf").contains("\nworker_shutdown_timeout"))
        let alone = try await TaskDefinitionTests.registered("task-definition.json")
        let stack = try await Stack.of(.whole)
        let (made, updated) = (stack.tasks["WebTask"], stack.second.tasks["WebTask"])
        let drained: [(TaskDefinition?, Int?)] = [
            (alone, Int(seconds)), (made, Int(seconds)), (updated, 110),
        ]
        for (task, seconds) in drained {
            let nginx = try #require(task?.container("nginx"))
            let command = try #require(nginx.command?.last)
            #expect(Int(try #require(command.firstMatch(of: shutdown)).1) == seconds)
            #expect(nginx.stopTimeout == seconds.map { $0 + 10 })
        }
        let delay = "{Key: deregistration_delay.timeout_seconds, Value: !Ref DrainSeconds}"
        #expect(try Self.text("docker/stack.yaml").contains(delay))
    }

    /// A surge must not take the tasks away that serve it; what does not listen takes no requests.
    @Test(arguments: [
        (CaptureServer.Answer(body: "well"), "200"), (.init(status: 503), "503"),
        (.init(status: 404), "404"), (.init(delay: 3), "200"),
    ])
    func readinessIsTheBackendsUnlessItIsBusy(
        answer: CaptureServer.Answer, status: String
    ) async throws {
        let backend = try await CaptureServer([answer])
        let (settings, port, _) = try TaskNginx.Settings.free(backend: backend.port)
        let nginx = try await TaskNginx(settings, port: port)
        #expect(try RawConnection.get("/readyz", port: port).hasPrefix("HTTP/1.1 \(status)"))
        #expect(try backend.requests().first?.path == "/health")
        nginx.process.end()
    }

    private static func text(_ file: String) throws -> String {
        try String(contentsOfFile: "\(Repository.root)/\(file)", encoding: .utf8)
    }

    private static func seconds(_ directive: String, _ configuration: String) throws -> Int {
        let line = try Regex("\n *\(directive) (\\d+)s;", as: (Substring, Substring).self)
        let match = try #require(configuration.firstMatch(of: line))
        return try #require(Int(match.output.1))
    }
}
