import Dispatch
import Glibc
import Testing

@testable import HTTPServer

@Suite struct HTTPServerTests {
    /// Answers with what it was asked: method, path, query `q`, header `x-test`, body length, peer.
    private static let echo: HTTPServer.Handler = { request in
        let text =
            "\(request.method) \(request.path) \(request.query("q") ?? "-") "
            + "\(request.header("x-test") ?? "-") \(request.body.count) \(request.remoteAddress)"
        return .response(HTTPResponse(status: 200, text: text))
    }

    private func start(
        threads: Int = 1, limits: HTTPServerLimits = HTTPServerLimits(),
        handler: @escaping HTTPServer.Handler = Self.echo
    ) throws -> HTTPServer {
        var options = HTTPServerOptions(address: "127.0.0.1", port: 0, threads: threads)
        options.limits = limits
        return try HTTPServer(options, handler: handler)
    }

    @Test(arguments: [1, 2]) func handsOverTheWholeRequest(threads: Int) throws {
        let server = try start(threads: threads)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(
            "POST /a%20b?q=x%2By HTTP/1.1\r\nHost: h\r\nX-Test: one\r\nContent-Length: 3\r\n\r\nabc"
        )
        #expect(client.answer().hasSuffix("post /a b x+y one 3 127.0.0.1\n"))
    }

    @Test func keepsAConnectionOpenForTheNextRequest() throws {
        let server = try start()
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        for length in [5, 0, 900] {
            let body = String(repeating: "x", count: length)
            client.send("PUT /p HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\r\n\(body)")
            #expect(client.answer().hasSuffix("put /p - - \(length) 127.0.0.1\n"))
        }
        #expect(server.connectionCount == 1)
    }

    /// A body that comes whole is never held, one in pieces is: in turns on one connection.
    @Test func readsABodyInOnePieceAsInMany() throws {
        let server = try start { request in
            .response(
                HTTPResponse(status: 200, text: String(decoding: request.body, as: UTF8.self)))
        }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        let head = "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n"
        for parts in [
            [head + "whole1"], [head, "piec", "es"], [head + "w", "hole2"], [head + "whole3"],
        ] {
            for part in parts {
                client.send(part)
                // So that it is read before the next one comes.
                usleep(20_000)
            }
            let body = parts.joined().dropFirst(head.count)
            #expect(client.answer().hasSuffix("\r\n\r\n\(body)\n"))
        }
    }

    /// As many requests at once as libmicrohttpd asks epoll for, 128, and no more to come; and
    /// numbers about it.
    @Test(arguments: [127, 128, 129, 256])
    func answersEveryOneOfAFullBatch(count: Int) throws {
        let gate = DispatchSemaphore(value: 0)
        let server = try start { request in
            if request.isPath("/gate") { gate.wait() }
            return .response(HTTPResponse(status: 200, text: "done"))
        }
        defer { server.stop() }
        let first = try RawClient(port: server.port)
        let others = try (0..<count).map { _ in try RawClient(port: server.port) }
        for client in others {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(client.answer().hasSuffix("done\n"))
        }
        // The only thread is held until all requests are there.
        first.send("GET /gate HTTP/1.1\r\nHost: h\r\n\r\n")
        usleep(50_000)
        for client in others { client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n") }
        usleep(50_000)
        gate.signal()
        for client in [first] + others { #expect(client.answer().hasSuffix("done\n")) }
    }

    @Test func joinsChunkedBodies() throws {
        let server = try start()
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.send("3\r\nabc\r\n")
        client.send("4\r\ndefg\r\n0\r\n\r\n")
        #expect(client.answer().hasSuffix("post /c - - 7 127.0.0.1\n"))
    }

    @Test func givesPreparedAnswers() throws {
        let prepared = PreparedResponse(HTTPResponse(status: 204))
        let server = try start { _ in .prepared(prepared) }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        for _ in 0..<3 {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(client.answer().hasPrefix("HTTP/1.1 204 No Content\r\n"))
        }
    }

    @Test func leavesOutAHeaderThatWouldSplitTheAnswer() throws {
        let server = try start { _ in
            .response(
                HTTPResponse(
                    status: 200, headers: [.init("X-Bad", "a\r\nX-Evil: b"), .init("X-Good", "c")]))
        }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        let answer = client.answer()
        #expect(answer.contains("X-Good: c"))
        #expect(!answer.contains("X-Evil"))
    }

    @Test func tellsWhyItCannotListen() throws {
        let server = try start()
        defer { server.stop() }
        #expect(
            throws: HTTPServerError.cannotListen(
                address: "127.0.0.1", port: server.port, code: EADDRINUSE)
        ) {
            try HTTPServer(
                HTTPServerOptions(address: "127.0.0.1", port: server.port), handler: Self.echo)
        }
        #expect(
            throws: HTTPServerError.cannotListen(address: "localhost", port: 0, code: EINVAL)
        ) {
            try HTTPServer(
                HTTPServerOptions(address: "localhost", port: 0), handler: Self.echo)
        }
    }

    @Test func refusesOptionsOutOfRange() {
        #expect(
            throws: HTTPServerError.optionOutOfRange(
                key: "threads", value: 0, lowest: 1, highest: 64)
        ) {
            try HTTPServer(
                HTTPServerOptions(address: "127.0.0.1", port: 0, threads: 0), handler: Self.echo)
        }
    }
}
