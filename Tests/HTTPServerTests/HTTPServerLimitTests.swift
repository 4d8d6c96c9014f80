import Glibc
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
    func closesConnectionsPastTheLimitOfAnAddress(threads: Int) throws {
        let server = try start(threads: threads) { $0.connectionsPerAddressMax = 2 }
        defer { server.stop() }
        let taken = [try RawClient(port: server.port), try RawClient(port: server.port)]
        for client in taken {
            client.send(post(0))
            #expect(client.answer().hasPrefix("HTTP/1.1 200 "))
        }
        let third = try RawClient(port: server.port)
        #expect(third.isClosedByServer())
    }

    /// Past the limit in all, a connection waits in the listen queue for one to end.
    @Test func servesWhoWaitsAsSoonAsThereIsRoom() throws {
        let server = try start { $0.connectionsMax = 1 }
        defer { server.stop() }
        var first: RawClient? = try RawClient(port: server.port)
        first?.send(post(0))
        #expect(first?.answer().hasPrefix("HTTP/1.1 200 ") == true)
        let second = try RawClient(port: server.port)
        second.send(post(0))
        usleep(100_000)
        #expect(server.connectionCount == 1)
        first = nil
        #expect(second.answer().hasPrefix("HTTP/1.1 200 "))
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
