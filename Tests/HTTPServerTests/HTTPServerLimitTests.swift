import Glibc
import Synchronization
import TestSupport
import Testing
import Values

@testable import HTTPServer

@Suite struct HTTPServerLimitTests {
    private static let count: HTTPServer.Handler = { request in
        .response(HTTPResponse(status: 200, text: "\(request.body.count)"))
    }

    private func start(
        threads: Int = 1, _ change: (inout HTTPServerLimits) -> Void
    ) throws -> HTTPServer {
        var options = HTTPServerOptions(address: "127.0.0.1", port: 0, threads: threads)
        options.limits.bodyBytesMax = 1000
        options.limits.discardedBytesMax = 100_000
        change(&options.limits)
        return try HTTPServer(options, handler: Self.count)
    }

    private func post(_ length: Int, header: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\(header)\r\n"
    }

    @Test func takesABodyAtTheLimitAndRefusesOnePastIt() throws {
        let server = try start { _ in }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        for (length, status) in [(1000, 200), (1001, 413), (90_000, 413), (1000, 200)] {
            client.send(post(length))
            client.send([UInt8](repeating: 0x78, count: length))
            #expect(client.answer().hasPrefix("HTTP/1.1 \(status) "), "\(length) bytes")
        }
    }

    @Test func refusesAHugeBodyBeforeItIsSent() throws {
        let server = try start { _ in }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(post(5_000_000_000))
        #expect(client.answer().hasPrefix("HTTP/1.1 413 "))
        #expect(client.isClosedByServer())
    }

    @Test func refusesATooLargeBodyWhenTheClientAsksFirst() throws {
        let server = try start { _ in }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(post(1001, header: "Expect: 100-continue\r\n"))
        #expect(client.answer().hasPrefix("HTTP/1.1 413 "))
    }

    @Test func refusesAChunkedBodyPastTheLimit() throws {
        let server = try start { _ in }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunk = "1F4\r\n" + String(repeating: "x", count: 500) + "\r\n"
        client.send(head + chunk + chunk + "0\r\n\r\n")
        #expect(client.answer().hasPrefix("HTTP/1.1 200 "))
        client.send(head + chunk + chunk + "1\r\nx\r\n0\r\n\r\n")
        #expect(client.answer().hasPrefix("HTTP/1.1 413 "))
    }

    @Test func endsAChunkedBodyThatNeverEnds() throws {
        let server = try start { _ in }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = Array(("3E80\r\n" + String(repeating: "x", count: 16_000) + "\r\n").utf8)
        var sent = 0
        while sent < 2000, client.send(chunk) { sent += 1 }
        #expect(sent < 2000)
    }

    @Test func refusesAHeadThatIsTooLarge() throws {
        let server = try start { $0.connectionMemoryBytes = 4096 }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        let value = String(repeating: "x", count: 6000)
        client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Long: \(value)\r\n\r\n")
        #expect(client.answer().hasPrefix("HTTP/1.1 431 "))
    }

    @Test(arguments: [1, 4])
    func closesTheOldestPastTheLimitOfAnAddress(threads: Int) throws {
        let server = try start(threads: threads) { $0.connectionsPerAddressMax = 2 }
        defer { server.stop() }
        let clients = try (0..<3).map { _ in
            let client = try RawClient(port: server.port)
            client.send(post(0))
            #expect(client.answer().hasPrefix("HTTP/1.1 200 "))
            return client
        }
        #expect(clients[0].isClosedByServer())
        for client in clients[1...] {
            client.send(post(0))
            #expect(client.answer().hasPrefix("HTTP/1.1 200 "))
        }
        #expect(server.counters.closedOfAddress.load(ordering: .relaxed) == 1)
    }

    /// Past the limit in all, whoever was heard longest ago has to go.
    @Test func makesRoomForWhoeverComes() throws {
        let server = try start { $0.connectionsMax = 2 }
        defer { server.stop() }
        let clients = try (0..<2).map { _ in try RawClient(port: server.port) }
        for client in [clients[1], clients[0]] {
            client.send(post(0))
            #expect(client.answer().hasPrefix("HTTP/1.1 200 "))
        }
        let third = try RawClient(port: server.port)
        third.send(post(0))
        #expect(third.answer().hasPrefix("HTTP/1.1 200 "))
        #expect(clients[1].isClosedByServer())
        clients[0].send(post(0))
        #expect(clients[0].answer().hasPrefix("HTTP/1.1 200 "))
        #expect(server.counters.closedForRoom.load(ordering: .relaxed) == 1)
    }

    /// Whoever showed a token stays, though strangers come and go.
    @Test func strangersMakeRoomForEachOther() throws {
        var options = HTTPServerOptions(address: "127.0.0.1", port: 0)
        options.limits.connectionsMax = 3
        options.limits.connectionsPerAddressMax = 2
        let server = try HTTPServer(options, admit: Self.admit, handler: Self.count)
        defer { server.stop() }
        let known = try RawClient(port: server.port)
        known.send(post(0, header: "Authorization: yes\r\n"))
        #expect(known.answer().hasPrefix("HTTP/1.1 200 "))
        for _ in 0..<20 {
            let stranger = try RawClient(port: server.port)
            stranger.send(post(0))
            #expect(stranger.answer().hasPrefix("HTTP/1.1 401 "))
        }
        known.send(post(0, header: "Authorization: yes\r\n"))
        #expect(known.answer().hasPrefix("HTTP/1.1 200 "))
    }

    /// A place that only loopback may take, when nobody else can make room.
    @Test func refusesWhoeverComesWhenNobodyIsIdle() throws {
        var options = HTTPServerOptions(address: "127.0.0.1", port: 0)
        options.limits.connectionsMax = 2
        let server = try HTTPServer(options, admit: Self.admit, handler: Self.count)
        defer { server.stop() }
        let known = try (0..<2).map { _ in
            let client = try RawClient(port: server.port)
            client.send(post(0, header: "Authorization: yes\r\n"))
            #expect(client.answer().hasPrefix("HTTP/1.1 200 "))
            return client
        }
        let late = try RawClient(port: server.port)
        #expect(late.isClosedByServer())
        #expect(server.counters.refused.load(ordering: .relaxed) == 1)
        for client in known {
            client.send(post(0, header: "Authorization: yes\r\n"))
            #expect(client.answer().hasPrefix("HTTP/1.1 200 "))
        }
    }

    private static let admit: HTTPServer.Admit = { request in
        request.header("Authorization") == nil
            ? .refused(PreparedResponse(HTTPResponse(status: 401, text: "who are you?")))
            : .trusted(mark: 1)
    }

    /// The answer is there before the body, whose end nobody waits for; a short one is read, so
    /// that the connection stays.
    @Test func holdsNoBodyOfAStranger() throws {
        var options = HTTPServerOptions(address: "127.0.0.1", port: 0)
        options.limits.bodyBytesMax = 100_000
        let server = try HTTPServer(options, admit: Self.admit, handler: Self.count)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        for _ in 0..<2 {
            client.send(post(1000))
            client.send([UInt8](repeating: 0x78, count: 1000))
            #expect(client.answer().hasPrefix("HTTP/1.1 401 "))
        }
        client.send(post(65_000))
        #expect(client.answer().hasPrefix("HTTP/1.1 401 "))
        #expect(client.isClosedByServer())
    }

    /// Source: RFC 9112, 6.3: two servers must not see the end of a request at two places.
    @Test(arguments: [
        ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "400"),
        ("Content-Length: 3\r\nContent-Length: 4\r\n", "400"),
        ("Content-Length: 3\r\nContent-Length: 3, 4\r\n", "400"),
        ("Content-Length : 3\r\n", "400"),
        ("Transfer-Encoding: gzip, chunked\r\n", "501"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "501"),
    ])
    func refusesWhatCanBeReadInTwoWays(headers: String, status: String) throws {
        let server = try start { _ in }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("POST / HTTP/1.1\r\nHost: h\r\n\(headers)\r\n")
        #expect(client.answer().hasPrefix("HTTP/1.1 \(status) "))
        #expect(client.isClosedByServer())
        #expect(server.counters.ambiguous.load(ordering: .relaxed) == 1)
    }

    @Test func takesALengthSaidTwice() throws {
        let server = try start { _ in }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(post(3, header: "Content-Length: 3\r\n"))
        client.send("abc")
        #expect(client.answer().hasPrefix("HTTP/1.1 200 "))
    }

    /// A flood of refused requests waits for its answers, and those with a token do not.
    @Test func refusalsWaitBeforeOthersDo() throws {
        var options = HTTPServerOptions(address: "127.0.0.1", port: 0)
        // Next to no time at all: two refusals use it up.
        options.limits.strangersShare = 0.001
        let server = try HTTPServer(options, admit: Self.admit, handler: Self.count)
        defer { server.stop() }
        let strangers = try (0..<20).map { _ in try RawClient(port: server.port) }
        for stranger in strangers { stranger.send(post(0)) }
        let known = try RawClient(port: server.port)
        for _ in 0..<100 {
            known.send(post(0, header: "Authorization: yes\r\n"))
            #expect(known.answer().hasPrefix("HTTP/1.1 200 "))
        }
        #expect(server.counters.heldAnswers.load(ordering: .relaxed) > 0)
        for stranger in strangers { #expect(stranger.answer().hasPrefix("HTTP/1.1 401 ")) }
    }

    /// Each connection that ends leaves its place to another.
    @Test func countsOpenConnectionsOfAnAddressOnly() throws {
        let server = try start { $0.connectionsPerAddressMax = 1 }
        defer { server.stop() }
        for _ in 0..<3 {
            do {
                let client = try RawClient(port: server.port)
                client.send(post(0))
                #expect(client.answer().hasPrefix("HTTP/1.1 200 "))
            }
            for _ in 0..<2000 where server.connectionCount > 0 { usleep(1000) }
        }
    }

    @Test(arguments: [
        "", "POST / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab",
    ])
    func endsASlowRequest(part: String) throws {
        let server = try start { $0.requestTimeout = .milliseconds(150) }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(part)
        #expect(client.isClosedByServer())
    }

    @Test func endsASenderOfOneByteNowAndThen() throws {
        let server = try start { $0.requestTimeout = .milliseconds(200) }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        var sent = 0
        while sent < 500, client.send("x") {
            sent += 1
            usleep(20_000)
        }
        #expect(sent < 500)
    }

    @Test func endsAnIdleConnection() throws {
        let server = try start { $0.idleTimeout = .milliseconds(150) }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(post(0))
        #expect(client.answer().hasPrefix("HTTP/1.1 200 "))
        #expect(client.isClosedByServer())
    }

    @Test func survivesRandomBytes() throws {
        let server = try start { $0.requestTimeout = .milliseconds(300) }
        defer { server.stop() }
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<60 {
            let client = try RawClient(port: server.port)
            let isRequest = Bool.random(using: &random)
            let bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
            client.send(isRequest ? Array("POST /".utf8) + bytes : bytes)
        }
        let client = try RawClient(port: server.port)
        client.send(post(0))
        #expect(client.answer().hasPrefix("HTTP/1.1 200 "), "seed \(seed)")
    }
}
