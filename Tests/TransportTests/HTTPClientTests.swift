import Platform
import TestSupport
import Testing

@testable import Transport

@Suite struct HTTPClientTests {
    @Test func keepsConnectionsAndGivesTheAnswer() async throws {
        let server = try await CaptureServer([
            .init(status: 418, headers: ["X-Amzn-RequestId": "r-1"], body: "short and stout")
        ])
        let client = HTTPClient()
        let first = try await client.send(HTTPRequest(.get, server.url))
        #expect(first.status == 418)
        #expect(first.body == Array("short and stout".utf8))
        #expect(first.header("x-amzn-requestid") == "r-1")
        #expect(first.header("Retry-After") == nil)
        #expect(first.connectionsOpened == 1)
        #expect(first.timings.total > .zero)
        for _ in 0..<5 {
            #expect(try await client.send(HTTPRequest(.get, server.url)).connectionsOpened == 0)
        }
        #expect(try server.requests().allSatisfy { $0.connection == 1 })
        await client.close()
    }

    @Test func sendsInParallelUpToItsLimit() async throws {
        let server = try await CaptureServer([.init(delay: 0.2)])
        var limits = HTTPClient.Limits()
        limits.parallelMax = 4
        let client = HTTPClient(limits: limits)
        let begin = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { try await client.send(HTTPRequest(.get, server.url)).status }
            }
            for try await status in group { #expect(status == 200) }
        }
        // Two rounds of four.
        #expect(begin.duration(to: .now) >= .milliseconds(400))
        #expect(try server.requests().map(\.connection).max() == 4)
    }

    @Test func refusesMoreThanMayWait() async throws {
        let server = try await CaptureServer([.init(delay: 20)])
        var limits = HTTPClient.Limits()
        limits.parallelMax = 1
        limits.waitingMax = 2
        let client = HTTPClient(limits: limits)
        let results = Lock<[Result<HTTPResponse, TransportError>]>([])
        let url = server.url
        client.enqueue(HTTPRequest(.get, url)) { result in results.withLock { $0.append(result) } }
        try await eventually("the first is under way") { try server.requests().count == 1 }
        for _ in 0..<3 {
            client.enqueue(HTTPRequest(.get, url)) { result in
                results.withLock { $0.append(result) }
            }
        }
        let refused = results.withLock { $0.first }
        #expect(throws: TransportError.tooManyWaiting(waitingMax: 2)) { try refused?.get() }
        await client.close()
        // Whoever asked is told, once.
        #expect(results.withLock { $0.count } == 4)
        await #expect(throws: TransportError.cancelled) {
            try await client.send(HTTPRequest(.get, url))
        }
    }

    @Test func givesUpForACancelledTask() async throws {
        let server = try await CaptureServer([.init(delay: 20)])
        var limits = HTTPClient.Limits()
        limits.parallelMax = 1
        let client = HTTPClient(limits: limits)
        let url = server.url
        let running = Task { try await client.send(HTTPRequest(.get, url)) }
        try await eventually("it is under way") { try server.requests().count == 1 }
        let waiting = Task { try await client.send(HTTPRequest(.get, url)) }
        let begin = ContinuousClock.now
        for task in [waiting, running] {
            task.cancel()
            let result = await task.result
            #expect(throws: TransportError.cancelled) { try result.get() }
        }
        #expect(begin.duration(to: .now) < .seconds(15), "it did not wait for the answer")
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.send(HTTPRequest(.get, url))
        }
        let result = await early.result
        #expect(throws: TransportError.cancelled) { try result.get() }
    }

    @Test func endsItsThreadWithItself() async throws {
        var client: HTTPClient? = HTTPClient()
        let port = try LocalPort.free()
        await #expect(throws: TransportError.self) {
            try await client?.send(HTTPRequest(.get, "http://127.0.0.1:\(port)"))
        }
        await client?.close()
        await client?.close()
        client = nil
    }

    @Test func showsNoSecret() {
        var request = HTTPRequest(.post, "http://localhost/")
        request.headers = ["Authorization: Bearer hunter2"]
        request.signing = HTTPSigning(
            region: "eu-west-1", service: "ecs", accessKeyID: "AKIA", secretAccessKey: "hunter2",
            sessionToken: "hunter2")
        var dumped = ""
        dump(request, to: &dumped)
        dump(request.signing, to: &dumped)
        for text in [
            "\(request)", String(reflecting: request), "\(String(describing: request.signing))",
            dumped,
        ] {
            #expect(!text.contains("hunter2"))
        }
    }
}
