import TestSupport
import Testing

@testable import Transport

@Suite struct HTTPTransferTests {
    @Test func keepsItsConnection() async throws {
        let server = try await CaptureServer()
        let transfer = HTTPTransfer()
        var request = HTTPRequest(.post, server.url + "/a")
        request.headers = ["Content-Type: application/json"]
        request.body = Array("one".utf8)
        try transfer.prepare(request)
        #expect(try transfer.perform() == 200)
        #expect(transfer.connectionsOpened == 1)
        try transfer.replaceBody(Array("two".utf8))
        #expect(try transfer.perform() == 200)
        #expect(transfer.connectionsOpened == 0)
        try transfer.replaceBody([])
        try transfer.perform()
        let seen = try server.requests()
        #expect(seen.map(\.body) == ["one", "two", ""])
        #expect(seen.map(\.connection) == [1, 1, 1])
        #expect(seen.map(\.method) == ["POST", "POST", "POST"])
        #expect(seen[0].headers["content-type"] == "application/json")
    }

    @Test(arguments: [(4096, true), (4097, false)])
    func refusesAnAnswerPastItsLimit(bytes: Int, fits: Bool) async throws {
        let server = try await CaptureServer([.init(body: "x", repeat: bytes), .init(body: "ok")])
        let transfer = HTTPTransfer()
        var request = HTTPRequest(.get, server.url)
        request.answerBytesMax = 4096
        try transfer.prepare(request)
        if fits {
            try transfer.perform()
            #expect(transfer.body.count == bytes)
        } else {
            #expect(throws: TransportError.answerTooLarge(bytesMax: 4096)) {
                try transfer.perform()
            }
        }
        // The transfer is good for another request either way.
        try transfer.perform()
        #expect(transfer.body == Array("ok".utf8))
    }

    @Test func givesUpAfterItsTime() async throws {
        let server = try await CaptureServer([.init(delay: 5)])
        let transfer = HTTPTransfer()
        var request = HTTPRequest(.get, server.url)
        request.timeout = .milliseconds(50)
        try transfer.prepare(request)
        let begin = ContinuousClock.now
        let error = #expect(throws: TransportError.self) { try transfer.perform() }
        #expect(begin.duration(to: .now) < .seconds(2))
        guard case .timedOut = error else { throw TestFailure("\(String(describing: error))") }
    }

    @Test func tellsARefusedConnection() throws {
        let port = try LocalPort.free()
        let transfer = HTTPTransfer()
        try transfer.prepare(HTTPRequest(.get, "http://127.0.0.1:\(port)/"))
        let error = #expect(throws: TransportError.self) { try transfer.perform() }
        guard case .notConnected(let detail) = error else {
            throw TestFailure("\(String(describing: error))")
        }
        #expect(detail.contains("\(port)"))
    }

    @Test func tellsAClosedConnection() async throws {
        let server = try await CaptureServer([.init(drop: true)])
        let transfer = HTTPTransfer()
        try transfer.prepare(HTTPRequest(.get, server.url))
        let error = #expect(throws: TransportError.self) { try transfer.perform() }
        guard case .answerBroken = error else {
            throw TestFailure("\(String(describing: error))")
        }
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "http://", "no url at all"])
    func sendsNothingToWhatIsNotHTTP(url: String) throws {
        let transfer = HTTPTransfer()
        #expect(throws: TransportError.self) {
            try transfer.prepare(HTTPRequest(.get, url))
            try transfer.perform()
        }
    }

    @Test func findsHeadersWhateverTheirCase() async throws {
        let server = try await CaptureServer([.init(headers: ["Retry-After": "7"])])
        let transfer = HTTPTransfer()
        try transfer.prepare(HTTPRequest(.get, server.url))
        try transfer.perform()
        #expect(transfer.header("retry-after") == "7")
        #expect(transfer.header("x-absent") == nil)
    }
}
