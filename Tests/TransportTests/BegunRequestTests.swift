import Platform
import Telemetry
import TestSupport
import Testing
import Transport
import Values

/// What a request begun ahead does to a real nginx: `KeptConnection` at its limits.
@Suite struct BegunRequestTests {
    private func connection(_ nginx: RealNginx) -> KeptConnection {
        KeptConnection(
            address: .ip(host: "127.0.0.1", port: nginx.statusPort), host: "localhost",
            target: "/nginx_status", bodyBytesMax: StubStatus.pageBytesMax)
    }

    private func ask(_ connection: inout KeptConnection) throws -> StubStatus {
        var poller = Poller()
        let deadline = MonotonicClock.now() + .seconds(10)
        try connection.start()
        while MonotonicClock.now() < deadline {
            if try connection.advance() == 200 { return try StubStatus(parsing: connection.body) }
            guard let readiness = connection.readiness else { continue }
            var list = [readiness]
            poller.wait(for: &list, atMost: .seconds(1))
        }
        throw TestFailure("no answer")
    }

    /// The number of connections that a worker has beside those held decides who loses one.
    @Test(arguments: [29, 30, 31, 32, 33])
    func survivesWhenConnectionsRunOut(workerConnections: Int) async throws {
        let nginx = try await RealNginx(workerConnections: workerConnections)
        var connection = connection(nginx)
        _ = try ask(&connection)
        let held = try nginx.hold(3 * workerConnections)
        var highest = 0
        for _ in 0..<200 {
            let status = try ask(&connection)
            highest = max(highest, status.busy)
        }
        let opened = connection.connectionsOpened
        #expect(opened == 1)
        let last = try ask(&connection)
        #expect(last.accepts > workerConnections, "others were closed or dropped to make room")
        #expect(highest >= workerConnections / 2)
        withExtendedLifetime(held) {}
    }

    @Test func isNotAmongTheBusyThatItReports() async throws {
        let nginx = try await RealNginx()
        var connection = connection(nginx)
        for _ in 0..<3 {
            let status = try ask(&connection)
            #expect(status.busy == 0)
        }
        let held = try nginx.hold(7)
        try await eventually("nginx reads all of them") {
            try self.ask(&connection).busy == 7
        }
        for _ in 0..<20 {
            let status = try ask(&connection)
            #expect(status.busy == 7)
            #expect(status.active == 8)
        }
        withExtendedLifetime(held) {}
    }

    @Test func othersSeeOneMoreInReading() async throws {
        let nginx = try await RealNginx()
        var mine = connection(nginx)
        var other = connection(nginx)
        _ = try ask(&mine)
        _ = try ask(&other)
        for _ in 0..<3 {
            let (theirs, ours) = (try ask(&other), try ask(&mine))
            #expect(theirs.reading == 1 && ours.reading == 1)
        }
    }

    @Test(arguments: [
        "client_header_timeout 100ms;", "keepalive_requests 2;", "keepalive_timeout 0;",
        "keepalive_time 1ms;",
    ])
    func losesNothingWhenNginxCloses(status: String) async throws {
        let nginx = try await RealNginx(status: status)
        var connection = connection(nginx)
        var before = try ask(&connection)
        connection.requestsSent = 0
        for _ in 0..<8 {
            // Longer than the timeout: nginx has then closed.
            var poller = Poller()
            var none: [Readiness] = []
            poller.wait(for: &none, atMost: .milliseconds(150))
            let now = try ask(&connection)
            let own = connection.requestsSent
            #expect(Int(now.requests - before.requests) == own)
            connection.requestsSent = 0
            before = now
        }
    }

    @Test func losesNothingInAReload() async throws {
        let nginx = try await RealNginx()
        var connection = connection(nginx)
        for round in 0..<120 {
            if round % 20 == 10 { nginx.reload() }
            _ = try ask(&connection)
        }
    }
}
