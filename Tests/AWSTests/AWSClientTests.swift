import Foundation
import Platform
import TestSupport
import Testing

@testable import AWS
@testable import Transport

@Suite struct AWSClientTests {
    private static let good = CaptureServer.Answer(
        body: #"{"tasks":[{"taskArn":"t","clusterArn":"c"}]}"#)

    private static func error(
        _ status: Int, _ code: String, headers: [String: String] = [:]
    ) -> CaptureServer.Answer {
        CaptureServer.Answer(
            status: status, headers: headers.merging(["x-amzn-RequestId": "r-1"]) { old, _ in old },
            body: #"{"__type":"com.amazonaws.ecs#\#(code)","message":"no"}"#)
    }

    private func list(
        _ server: CaptureServer, _ clock: ManualClock,
        observe: @escaping @Sendable (AWSEvent) -> Void = { _ in }
    ) async throws -> [String] {
        let client = try client(
            ["AWS_ENDPOINT_URL": server.url], clock: clock.clock, observe: observe)
        return try await ECSClient(client).describeTasks(cluster: "demo", tasks: ["t"]).found.map(
            \.arn)
    }

    @Test(arguments: [
        [error(400, "ThrottlingException"), good],
        [error(429, "Whatever"), good],
        [error(500, "ServerException"), good],
        [.init(status: 503, body: "<html>busy</html>"), good],
        [.init(status: 502), good],
        [.init(drop: true), good],
        [error(500, "a"), error(503, "b"), error(400, "Throttling"), good],
    ])
    func triesAgainWhatMayPass(answers: [CaptureServer.Answer]) async throws {
        let server = try await CaptureServer(answers)
        let clock = ManualClock()
        #expect(try await list(server, clock) == ["t"])
        #expect(clock.sleeps.count == answers.count - 1)
        #expect(try server.requests().count == answers.count)
    }

    @Test(arguments: [
        (400, "InvalidParameterException"), (400, "ServiceNotFoundException"),
        (403, "AccessDeniedException"), (404, "HTTP404"), (400, "ClientException"),
    ])
    func triesOnceWhatWillNotPass(status: Int, code: String) async throws {
        let server = try await CaptureServer([Self.error(status, code), Self.good])
        let clock = ManualClock()
        let error = await #expect(throws: AWSError.self) { try await list(server, clock) }
        #expect(
            error
                == .refused(
                    AWSRefusal(
                        operation: "DescribeTasks", status: status, code: code, message: "no",
                        requestID: "r-1")))
        #expect(error?.text == "DescribeTasks: \(code): no (HTTP \(status), request r-1)")
        #expect(clock.sleeps == [])
        #expect(try server.requests().count == 1)
    }

    @Test func givesUpAfterItsAttemptsAndTellsTheLastError() async throws {
        let server = try await CaptureServer([Self.error(400, "ThrottlingException")])
        let clock = ManualClock()
        let attempts = Lock<[AWSAttempt]>([])
        let error = await #expect(throws: AWSError.self) {
            try await list(server, clock) { event in
                if case .attempted(let attempt) = event { attempts.withLock { $0.append(attempt) } }
            }
        }
        #expect(error?.code == "ThrottlingException")
        #expect(try server.requests().count == AWSLimits.attemptsMax)
        // Half of the doubling ceiling, which ends at 5 s.
        #expect(
            clock.sleeps == [
                .milliseconds(500), .milliseconds(1000), .milliseconds(2000), .milliseconds(2500),
            ])
        let told = attempts.withLock { $0 }
        #expect(told.map(\.number) == [1, 2, 3, 4, 5])
        #expect(told.map(\.retryDelay) == clock.sleeps + [nil])
        #expect(told.allSatisfy { $0.error?.code == "ThrottlingException" })
        #expect(told.first?.connectionsOpened == 1)
        #expect(told.last?.connectionsOpened == 0)
    }

    @Test func obeysRetryAfterWithinItsSpan() async throws {
        let soon = Self.error(503, "a", headers: ["Retry-After": "3"])
        let late = Self.error(503, "a", headers: ["Retry-After": "60"])
        let clock = ManualClock()
        let server = try await CaptureServer([soon, Self.good])
        #expect(try await list(server, clock) == ["t"])
        #expect(clock.sleeps == [.seconds(3)])
        let other = try await CaptureServer([late, Self.good])
        await #expect(throws: AWSError.self) { try await list(other, clock) }
        #expect(clock.sleeps.count == 1)
    }

    @Test func tellsARefusedConnectionAfterItsAttempts() async throws {
        let port = try LocalPort.free()
        let clock = ManualClock()
        let client = try client(
            ["AWS_ENDPOINT_URL_ECS": "http://127.0.0.1:\(port)"], clock: clock.clock)
        let error = await #expect(throws: AWSError.self) {
            try await ECSClient(client).describeTasks(cluster: "demo", tasks: ["t"])
        }
        guard case .unreachable("DescribeTasks", "http://127.0.0.1:\(port)", .notConnected) = error
        else { throw TestFailure("\(String(describing: error))") }
        #expect(clock.sleeps.count == AWSLimits.attemptsMax - 1)
    }

    /// Case 29: a clock more than five minutes off. Also for a call that is tried once.
    @Test(arguments: [-420_000, 420_000] as [Int64])
    func signsAgainWithAWSsTimeWhenTheClockIsOff(offMs: Int64) async throws {
        let clock = ManualClock()
        let right = clock.wallMs + offMs
        let words = "Signature \(offMs > 0 ? "expired" : "not yet current"): x is earlier than y"
        let refusal = CaptureServer.Answer(
            status: 403, headers: ["Date": HTTPDateText.of(right)],
            body: #"{"__type":"InvalidSignatureException","message":"\#(words)"}"#)
        let good = CaptureServer.Answer(body: #"{"services":[],"failures":[]}"#)
        let server = try await CaptureServer([refusal, good])
        let events = Lock<[AWSEvent]>([])
        let client = try client(["AWS_ENDPOINT_URL": server.url], clock: clock.clock) { event in
            events.withLock { $0.append(event) }
        }
        for _ in 0..<2 {
            _ = try await ECSClient(client).describeServices(cluster: "demo", services: ["web"])
        }
        #expect(clock.sleeps == [.zero])
        let dates = try server.requests().map { $0.headers["x-amz-date"] }
        let expected = ClockOffsetText.of(right)
        #expect(dates.count == 3)
        #expect(dates.dropFirst().allSatisfy { $0 == expected }, "\(dates), not \(expected)")
        let offs = events.withLock { $0 }.compactMap { event -> Int64? in
            if case .clockOff(let ours, let aws) = event { aws - ours } else { nil }
        }
        #expect(offs == [offMs])
    }

    /// The clock is right, and the secret is not: once.
    @Test func aWrongSignatureIsNoMatterOfTheClock() async throws {
        let clock = ManualClock()
        let refusal = CaptureServer.Answer(
            status: 403, headers: ["Date": HTTPDateText.of(clock.wallMs)],
            body: #"{"__type":"InvalidSignatureException","message":"Signature expired"}"#)
        let server = try await CaptureServer([refusal])
        await #expect(throws: AWSError.self) { try await list(server, clock) }
        #expect(try server.requests().count == 1)
    }

    /// A retry would carry an old decision.
    @Test func triesACallThatCarriesADecisionOnce() async throws {
        let server = try await CaptureServer([Self.error(500, "ServerException"), Self.good])
        let clock = ManualClock()
        let ecs = ECSClient(try client(["AWS_ENDPOINT_URL": server.url], clock: clock.clock))
        await #expect(throws: AWSError.self) {
            try await ecs.updateService(cluster: "demo", service: "web", desiredCount: 1)
        }
        await #expect(throws: AWSError.self) {
            try await ecs.describeServices(cluster: "demo", services: ["web"])
        }
        #expect(clock.sleeps == [])
        #expect(try server.requests().count == 2)
    }

    @Test func abandonsACallAtItsOwnLimit() async throws {
        let server = try await CaptureServer([.init(delay: 20)])
        let ecs = ECSClient(try client(["AWS_ENDPOINT_URL": server.url]))
        let error = await #expect(throws: AWSError.self) {
            try await ecs.updateService(
                cluster: "demo", service: "web", desiredCount: 1, within: .milliseconds(200))
        }
        guard case .unreachable(_, _, .timedOut) = error else {
            throw TestFailure("\(String(describing: error))")
        }
    }

    @Test func keepsToItsRate() async throws {
        let server = try await CaptureServer([
            .init(body: #"{"service":{}}"#)
        ])
        let clock = ManualClock()
        let client = try client(["AWS_ENDPOINT_URL": server.url], clock: clock.clock)
        let rate = AWSLimits.rate(of: .updateService)
        for _ in 0..<Int(rate.burst) {
            _ = try? await ECSClient(client).updateService(
                cluster: "demo", service: "web", desiredCount: 1)
        }
        #expect(clock.sleeps == [])
        _ = try? await ECSClient(client).updateService(
            cluster: "demo", service: "web", desiredCount: 1)
        #expect(clock.sleeps == [.milliseconds(400)])
        // Other classes have a share of their own.
        _ = try? await ECSClient(client).describeServices(cluster: "demo", services: ["web"])
        #expect(clock.sleeps.count == 1)
    }

    @Test func updatesOverTheConnectionThatDescribesKeepWarm() async throws {
        let service = """
            {"serviceArn":"a","serviceName":"web","clusterArn":"c","status":"ACTIVE",\
            "desiredCount":2,"runningCount":2,"pendingCount":0,"deployments":[]}
            """
        let server = try await CaptureServer([
            .init(body: #"{"services":[\#(service)],"failures":[]}"#),
            .init(body: #"{"service":\#(service)}"#),
        ])
        let ecs = ECSClient(try client(["AWS_ENDPOINT_URL": server.url]))
        _ = try await ecs.describeServices(cluster: "demo", services: ["web"])
        _ = try await ecs.updateService(cluster: "demo", service: "web", desiredCount: 3)
        let requests = try server.requests()
        #expect(requests.map(\.connection) == [1, 1])
        #expect(
            requests.map { $0.headers["x-amz-target"] } == [
                "AmazonEC2ContainerServiceV20141113.DescribeServices",
                "AmazonEC2ContainerServiceV20141113.UpdateService",
            ])
        #expect(requests[1].body.contains(#""desiredCount":3"#))
    }

    @Test func trustsTheAuthoritiesOfTheEnvironment() async throws {
        let certificates = try await TestCertificates()
        let server = try await CaptureServer(
            [.init(body: #"{"tasks":[]}"#)],
            tls: certificates.issue("server", for: "IP:127.0.0.1"))
        let clock = ManualClock()
        var environment = ["AWS_ENDPOINT_URL": server.url]
        let stranger = ECSClient(try client(environment, clock: clock.clock))
        await #expect(throws: AWSError.self) {
            try await stranger.describeTasks(cluster: "demo", tasks: ["t"])
        }
        environment["AWS_CA_BUNDLE"] = certificates.authority
        let client = try client(environment, clock: clock.clock)
        _ = try await ECSClient(client).describeTasks(cluster: "demo", tasks: ["t"])
        #expect(try server.requests().count == 1)
    }

    @Test func endsWhenItsTaskIsCancelled() async throws {
        let server = try await CaptureServer([.init(delay: 20)])
        let client = try client(["AWS_ENDPOINT_URL": server.url])
        let task = Task {
            try await ECSClient(client).describeTasks(cluster: "demo", tasks: ["t"])
        }
        try await eventually("it is under way") { try server.requests().count == 1 }
        task.cancel()
        let result = await task.result
        #expect(throws: AWSError.cancelled(operation: "DescribeTasks")) { try result.get() }
    }

    @Test(arguments: [
        "", "null", "[]", #"{"tasks":3}"#, #"{"tasks":["t"]"#, "<xml/>", "\u{0}\u{1}",
    ])
    func tellsAnAnswerThatIsNotUnderstood(body: String) async throws {
        let server = try await CaptureServer([.init(body: body)])
        let error = await #expect(throws: AWSError.self) { try await list(server, ManualClock()) }
        #expect(error?.code == "AnswerInvalid")
        #expect(try server.requests().count == 1)
    }

    @Test func refusesWhatECSWouldMisunderstand() async throws {
        let client = try client([:])
        await #expect(throws: AWSError.self) {
            try await ECSClient(client).updateService(
                cluster: "demo", service: "web", desiredCount: -1)
        }
    }
}

/// Times as HTTP and signatures write them.
private enum HTTPDateText {
    static func of(_ ms: Int64) -> String { text(ms, "EEE, dd MMM yyyy HH:mm:ss 'GMT'") }

    static func text(_ ms: Int64, _ form: String) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = form
        return formatter.string(from: Date(timeIntervalSince1970: Double(ms) / 1000))
    }
}

private enum ClockOffsetText {
    static func of(_ ms: Int64) -> String { HTTPDateText.text(ms, "yyyyMMdd'T'HHmmss'Z'") }
}
