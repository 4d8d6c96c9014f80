import Platform
import TestSupport
import Testing
import Transport
import Values

/// The agent's own connection against a real listener that behaves in every way.
@Suite struct KeptConnectionTests {
    /// What a connection shows, as values.
    private struct View: Equatable {
        var body = ""
        var opened = 0
        var sent = 0
        var isIdle = true
    }

    private func view(_ connection: borrowing KeptConnection) -> View {
        View(
            body: String(decoding: connection.body, as: UTF8.self),
            opened: connection.connectionsOpened, sent: connection.requestsSent,
            isIdle: connection.isIdle)
    }

    private func connection(_ server: CaptureServer) -> KeptConnection {
        connection(.ip(host: "127.0.0.1", port: server.port))
    }

    private func connection(_ address: SocketAddress) -> KeptConnection {
        KeptConnection(
            address: address, host: "localhost", target: "/nginx_status", bodyBytesMax: 100)
    }

    /// Asks once and waits for the answer, at most ten seconds.
    private func ask(_ connection: inout KeptConnection) throws(TransportError) -> Int {
        var poller = Poller()
        let deadline = MonotonicClock.now() + .seconds(10)
        try connection.start()
        while MonotonicClock.now() < deadline {
            if let status = try connection.advance() { return status }
            guard let readiness = connection.readiness else { continue }
            var list = [readiness]
            poller.wait(for: &list, atMost: .seconds(1))
        }
        throw .timedOut(detail: "no answer")
    }

    private func expectAnswer(
        _ connection: inout KeptConnection, _ location: SourceLocation = #_sourceLocation
    ) throws {
        let status = try ask(&connection)
        #expect(status == 200, sourceLocation: location)
    }

    private func fails(_ connection: inout KeptConnection) -> Bool {
        do throws(TransportError) {
            _ = try ask(&connection)
            return false
        } catch {
            return true
        }
    }

    @Test func keepsItsConnection() async throws {
        let server = try await CaptureServer([.init(body: "hello")])
        var connection = connection(server)
        for _ in 0..<3 {
            try expectAnswer(&connection)
            #expect(view(connection).body == "hello")
        }
        #expect(view(connection).opened == 1)
        #expect(view(connection).sent == 3)
        let requests = try server.requests()
        #expect(requests.map(\.path) == Array(repeating: "/nginx_status", count: 3))
        #expect(Set(requests.map(\.connection)).count == 1)
    }

    @Test func opensAnotherWhenThePeerSaysItCloses() async throws {
        let server = try await CaptureServer([
            .init(headers: ["Connection": "close"], body: "first"), .init(body: "second"),
        ])
        var connection = connection(server)
        try expectAnswer(&connection)
        try expectAnswer(&connection)
        #expect(view(connection).body == "second")
        #expect(view(connection).opened == 2)
    }

    @Test func opensAnotherWhenAKeptOneWasClosed() async throws {
        let server = try await CaptureServer([
            .init(body: "first"), .init(drop: true), .init(body: "third"),
        ])
        var connection = connection(server)
        try expectAnswer(&connection)
        try expectAnswer(&connection)
        #expect(view(connection).body == "third")
        #expect(view(connection).opened == 2)
        #expect(view(connection).sent == 3, "one had begun on the closed connection")
    }

    @Test func doesNotAskTwiceOverAFreshConnection() async throws {
        let server = try await CaptureServer([.init(drop: true)])
        var connection = connection(server)
        let isRefused = fails(&connection)
        #expect(isRefused)
        #expect(try server.requests().count <= 1)
        #expect(view(connection).isIdle)
    }

    @Test func refusesAnAnswerBeyondItsLimit() async throws {
        let server = try await CaptureServer([.init(body: "0123456789", repeat: 1000)])
        var connection = connection(server)
        let isRefused = fails(&connection)
        #expect(isRefused)
        #expect(view(connection).isIdle)
    }

    @Test func waitsForASlowAnswerWithoutBlocking() async throws {
        let server = try await CaptureServer([.init(body: "late", delay: 0.3)])
        var connection = connection(server)
        try connection.start()
        let start = MonotonicClock.now()
        let early = try connection.advance()
        #expect(early == nil)
        #expect(MonotonicClock.now() - start < .milliseconds(200))
        connection.abandon()
        #expect(view(connection).isIdle)
        try expectAnswer(&connection)
        #expect(view(connection).opened == 2)
    }

    @Test func tellsARefusedConnection() async throws {
        let port = try LocalPort.free()
        let addresses = [
            SocketAddress.ip(host: "127.0.0.1", port: port), .unix(path: "/does/not/exist"),
            .unix(path: "@fargate-nobody"),
        ]
        for address in addresses {
            var connection = connection(address)
            do throws(TransportError) {
                _ = try ask(&connection)
                Issue.record("\(address) answered")
            } catch {
                guard case .notConnected = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
            #expect(view(connection).isIdle)
        }
    }

    @Test func speaksOverAUnixSocket() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/server.sock"
        let server = try await CaptureServer([.init(body: "hello")], unixSocketPath: path)
        var connection = connection(.unix(path: path))
        try expectAnswer(&connection)
        #expect(view(connection).body == "hello")
        withExtendedLifetime(server) {}
    }
}
