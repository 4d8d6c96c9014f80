import Foundation
import Glibc
import Platform
import Testing

@testable import HTTPServer

@Suite struct DeferredResponseTests {
    private final class Desk: Sendable {
        let waiting = Lock<[DeferredResponse]>([])

        func take() -> DeferredResponse? {
            for _ in 0..<2000 {
                if let first = waiting.withLock({ $0.popLast() }) { return first }
                usleep(1000)
            }
            return nil
        }
    }

    private func start(_ desk: Desk, drain: Duration = .seconds(2)) throws -> HTTPServer {
        var options = HTTPServerOptions(address: "127.0.0.1", port: 0)
        options.limits.drainTimeout = drain
        return try HTTPServer(options) { request in
            let response = request.deferResponse()
            desk.waiting.withLock { $0.append(response) }
            return .later
        }
    }

    /// A body may come with the head, which the server then handles where it is, or in chunks.
    private static let requests = [
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nwhole",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nin\r\n2\r\nit\r\n0\r\n\r\n",
    ]

    @Test(arguments: requests)
    func answersLaterFromAnotherThread(request: String) throws {
        let desk = Desk()
        let server = try start(desk)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        for round in 1...3 {
            client.send(request)
            let response = try #require(desk.take())
            response.answer(HTTPResponse(status: 200, text: "round \(round)"))
            response.answer(HTTPResponse(status: 500, text: "too late"))
            #expect(client.answer().hasSuffix("round \(round)\n"))
        }
    }

    @Test(arguments: requests)
    func answersAtOnceInsideTheHandler(request text: String) throws {
        let server = try HTTPServer(HTTPServerOptions(address: "127.0.0.1", port: 0)) { request in
            request.deferResponse().answer(HTTPResponse(status: 200, text: "now"))
            return .later
        }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        for _ in 0..<50 {
            client.send(text)
            #expect(client.answer().hasSuffix("now\n"))
        }
    }

    @Test func answersWithAnErrorWhenTheHandlerForgets() throws {
        let server = try HTTPServer(HTTPServerOptions(address: "127.0.0.1", port: 0)) { request in
            _ = request.deferResponse()
            return .later
        }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(client.answer().hasPrefix("HTTP/1.1 500 "))
    }

    @Test func stopWaitsForRequestsInProgress() throws {
        let desk = Desk()
        let server = try start(desk)
        let client = try RawClient(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        let response = try #require(desk.take())
        // A thread of its own: where tests run, a blocked thread may be the last.
        let stopped = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            server.stop()
            stopped.signal()
        }
        usleep(50_000)
        response.answer(HTTPResponse(status: 200, text: "done"))
        stopped.wait()
        let answer = client.answer()
        #expect(answer.hasSuffix("done\n"))
        #expect(answer.contains("Connection: close"))
        #expect(throws: RawClient.ClientError.self) { try RawClient(port: server.port) }
    }

    @Test func stopAnswersWhatStaysOpen() throws {
        let desk = Desk()
        let server = try start(desk, drain: .milliseconds(50))
        let client = try RawClient(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        let response = try #require(desk.take())
        server.stop()
        #expect(client.answer().hasPrefix("HTTP/1.1 503 "))
        response.answer(HTTPResponse(status: 200, text: "far too late"))
    }

    @Test func survivesAClientThatLeavesBeforeTheAnswer() throws {
        let desk = Desk()
        let server = try start(desk)
        defer { server.stop() }
        do {
            let client = try RawClient(port: server.port)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        }
        let response = try #require(desk.take())
        response.answer(HTTPResponse(status: 200, text: "nobody listens"))
        let next = try RawClient(port: server.port)
        next.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        try #require(desk.take()).answer(HTTPResponse(status: 200, text: "next"))
        #expect(next.answer().hasSuffix("next\n"))
    }
}
