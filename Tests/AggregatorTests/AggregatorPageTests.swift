import Foundation
import TestSupport
import Testing
import Transport

/// The page, signing in on it, and what it reads, of the built aggregator.
@Suite struct AggregatorPageTests {
    private static let token = "operator-0123456789"
    private static let json = "Content-Type: application/json"

    private func start(_ token: String? = token) async throws -> AggregatorProcess {
        try await AggregatorProcess(
            AggregatorProcess.configuration(),
            environment: [
                "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                // Nobody listens there.
                "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AGGREGATOR_TOKEN": nil,
                "AGGREGATOR_TOKEN_FILE": nil, "AGGREGATOR_CONFIG": nil,
                "AGGREGATOR_OPERATOR_TOKEN": token,
            ])
    }

    private struct Answer {
        let status: Int
        let body: [UInt8]
        let headers: (String) -> String?
    }

    private func ask(
        _ aggregator: AggregatorProcess, _ method: HTTPRequest.Method, _ path: String,
        _ headers: [String] = [], body: String? = nil
    ) throws -> Answer {
        let transfer = HTTPTransfer()
        var request = HTTPRequest(method, aggregator.url + path)
        request.headers = headers
        if let body { request.body = Array(body.utf8) }
        try transfer.prepare(request)
        let status = try transfer.perform()
        return Answer(status: status, body: transfer.body) { transfer.header($0) }
    }

    @Test func thePageComesOutOfTheProgramWithAStrictPolicy() async throws {
        let aggregator = try await start()
        var bytes = 0
        for (path, type) in [
            ("/", "text/html; charset=utf-8"), ("/page.css", "text/css; charset=utf-8"),
            ("/page.js", "text/javascript; charset=utf-8"), ("/icon.svg", "image/svg+xml"),
        ] {
            let plain = try ask(aggregator, .get, path)
            #expect(plain.status == 200)
            #expect(plain.headers("Content-Type") == type)
            let policy = try #require(plain.headers("Content-Security-Policy"))
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"))
            #expect(!policy.contains("unsafe"))
            let packed = try ask(aggregator, .get, path, ["Accept-Encoding: gzip"])
            #expect(packed.headers("Content-Encoding") == "gzip")
            bytes += packed.body.count
            let tag = try #require(packed.headers("ETag"))
            let again = try ask(aggregator, .get, path, ["If-None-Match: \(tag)"])
            #expect(again.status == 304 && again.body.isEmpty)
            let text = String(decoding: plain.body, as: UTF8.self)
            // Nothing from elsewhere, and nothing in the page that the policy forbids.
            let outside = text.matches(of: /(https?:)?\/\/[a-z0-9.-]+\.[a-z]{2,}/)
                .filter { !$0.0.contains("www.w3.org") }
            #expect(outside.isEmpty, "\(path): \(outside.map(\.0))")
            #expect(!text.contains("style=") && !text.contains("onclick="), "\(path)")
            #expect(!text.contains("innerHTML"), "texts are set as texts")
        }
        #expect(bytes < 120 * 1024, "\(bytes) bytes gzipped")
        #expect(try ask(aggregator, .post, "/", body: "x").status == 405)
    }

    @Test func everythingAnswersAsTheOpenAPIDocumentSays() async throws {
        let aggregator = try await start()
        let client = try ReportClient(aggregator.url)
        #expect(
            try client.send(ReportClient.report(task: "arn:task/a", sequence: 1, busy: 3)) == 204)
        let check = try TestProcess(
            Repository.python,
            [Repository.support("check_openapi.py"), aggregator.url, "demo/web", Self.token])
        #expect(try await check.exit(within: .seconds(60)) == .code(0), "\(check.output)")
        #expect(check.output.contains("17 operations checked"), "\(check.output)")
    }

    @Test func tasksDecisionsAndHistoryAreThere() async throws {
        let aggregator = try await start()
        let client = try ReportClient(aggregator.url)
        #expect(
            try client.send(ReportClient.report(task: "arn:task/a", sequence: 1, busy: 3)) == 204)
        let tasks = try client.get("/v1/services/demo/web/tasks").body
        #expect(tasks.contains(#"{"arn":"arn:task/a","state":"serving","knownSeconds":"#))
        #expect(tasks.contains(#""busy":3.000"#))
        try await eventually("a second of history") {
            try client.get("/v1/services/demo/web/history").body.contains(#""live":[1"#)
                || client.get("/v1/services/demo/web/history").body.contains(",1],\"saturated\"")
        }
        #expect(try client.get("/v1/services/demo/web/history").body.contains("null"))
        let body = Array(#"{"reason":"deploy"}"#.utf8)
        let operators = try ReportClient(aggregator.url, token: Self.token)
        let path = "/v1/services/demo/web/pause"
        #expect(try operators.send(body, headers: [Self.json], path: path) == 200)
        let decisions = try client.get("/v1/services/demo/web/decisions").body
        #expect(decisions.contains(#""event":"service.paused","direction":"both""#))
        for wrong in ["decisions?after=-1", "decisions?last=x", "history?step=hour"] {
            #expect(try client.get("/v1/services/demo/web/\(wrong)").status == 400)
        }
        #expect(try client.get("/v1/services/demo/no/tasks").status == 404)
    }

    @Test func whoListensHearsTheServicesEachSecond() async throws {
        let aggregator = try await start()
        let listener = try TestProcess("curl", ["-sN", "\(aggregator.url)/v1/events"])
        try await eventually("three events in \(listener.output)") {
            listener.output.split(separator: "event: services\ndata: {").count >= 4
        }
        #expect(listener.output.contains("retry: 1000\n\n"))
        #expect(
            listener.output.contains(
                #""status":"web: ECS has not given its counts yet. Nothing is done until it does.""#
            ))
        aggregator.process.signal(SIGTERM)
        #expect(try await aggregator.process.exit() == .code(0))
        #expect(try await listener.exit() == .code(0), "the stream ended in good order")
    }

    @Test func anOperatorSignsInOnThePageAlone() async throws {
        let aggregator = try await start()
        let own = "Origin: \(aggregator.url)"
        let right = #"{"token":"\#(Self.token)"}"#
        let elsewhere = "Origin: http://evil.example"
        for headers in [[Self.json], [Self.json, elsewhere], [own, "Content-Type: text/plain"]] {
            let answer = try ask(aggregator, .post, "/v1/session", headers, body: right)
            #expect(answer.status == 403, "\(headers)")
        }
        let page = [Self.json, own]
        #expect(try ask(aggregator, .post, "/v1/session", page, body: "{}").status == 400)
        let signedIn = try ask(aggregator, .post, "/v1/session", page, body: right)
        #expect(signedIn.status == 204)
        let cookie = try #require(signedIn.headers("Set-Cookie"))
        #expect(cookie.contains("; HttpOnly; SameSite=Strict; Max-Age=1800"))
        let session = "Cookie: " + cookie.prefix { $0 != ";" }
        let state = try ask(aggregator, .get, "/v1/session", [session])
        #expect(String(decoding: state.body, as: UTF8.self).contains(#""signedIn":true"#))

        let pause = "/v1/services/demo/web/pause"
        let order = #"{"reason":"x"}"#
        // The cookie alone is what another site could send.
        for headers in [[session], [session, Self.json], [session, Self.json, elsewhere]] {
            #expect(try ask(aggregator, .post, pause, headers, body: order).status == 401)
        }
        #expect(try ask(aggregator, .post, pause, page + [session], body: order).status == 200)
        let signOut = try TestProcess(
            "curl",
            ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "DELETE", "-d", "{}"]
                + (page + [session]).flatMap { ["-H", $0] } + ["\(aggregator.url)/v1/session"])
        #expect(try await signOut.exit() == .code(0))
        #expect(signOut.output == "204")
        #expect(try ask(aggregator, .post, pause, page + [session], body: order).status == 401)
        #expect(!aggregator.process.output.contains(Self.token))
    }

    @Test func guessingIsSlowed() async throws {
        let aggregator = try await start()
        let page = [Self.json, "Origin: \(aggregator.url)"]
        let wrong = #"{"token":"operator-0000000000"}"#
        for _ in 0..<5 {
            #expect(try ask(aggregator, .post, "/v1/session", page, body: wrong).status == 401)
        }
        let slowed = try ask(aggregator, .post, "/v1/session", page, body: wrong)
        #expect(slowed.status == 429)
        #expect(slowed.headers("Retry-After").flatMap { Int($0) } ?? 0 > 5)
        try await eventually("operator.refused") {
            try aggregator.events("operator.refused").count == 5
        }
    }

    @Test func withoutAnOperatorTokenNobodySignsIn() async throws {
        let aggregator = try await start(nil)
        let state = try ask(aggregator, .get, "/v1/session")
        #expect(String(decoding: state.body, as: UTF8.self).contains(#""possible":false"#))
        let page = [Self.json, "Origin: \(aggregator.url)"]
        let answer = try ask(aggregator, .post, "/v1/session", page, body: #"{"token":""}"#)
        #expect(answer.status == 403)
    }
}
