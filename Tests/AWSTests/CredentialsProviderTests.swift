import Platform
import TestSupport
import Testing

@testable import AWS
@testable import Transport

@Suite struct CredentialsProviderTests {
    /// Of ManualClock's beginning, 2027-01-15T08:00:00Z, so many minutes on.
    private static func answer(_ key: String, minutes: Int) -> CaptureServer.Answer {
        let (hour, minute) = (8 + minutes / 60, minutes % 60)
        let time =
            "2027-01-15T\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute):00Z"
        return CaptureServer.Answer(
            body: """
                {"RoleArn":"arn:aws:iam::1:role/r","AccessKeyId":"\(key)",\
                "SecretAccessKey":"hunter2","Token":"t-\(key)","Expiration":"\(time)"}
                """)
    }

    private func provider(
        _ url: String, _ clock: ManualClock, _ more: [String: String] = [:],
        observe: @escaping @Sendable (AWSEvent) -> Void = { _ in }
    ) throws -> CredentialsProvider {
        var environment = more
        environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url
        return CredentialsProvider(
            source: try CredentialsSource(environment: { environment[$0] }),
            fetcher: ContainerCredentialsFetcher(http: HTTPClient(), clock: clock.clock),
            clock: clock.clock, observe: observe)
    }

    @Test func fetchesOnceForAllWhoAsk() async throws {
        var slow = Self.answer("one", minutes: 360)
        slow.delay = 0.1
        let server = try await CaptureServer([slow])
        let provider = try provider(server.url + "/creds", ManualClock())
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { try await provider.current().accessKeyID } }
            for try await key in group { #expect(key == "one") }
        }
        let credentials = try await provider.current()
        #expect(credentials.sessionToken == "t-one")
        #expect(credentials.expireMs == Int64(1_800_000_000_000 + 360 * 60_000))
        #expect(try server.requests().count == 1)
        #expect(try server.requests().first?.path == "/creds")
    }

    @Test func refreshesAheadWhileTheOldOnesServe() async throws {
        let server = try await CaptureServer([
            Self.answer("one", minutes: 60), Self.answer("two", minutes: 120),
        ])
        let clock = ManualClock()
        let refreshed = Lock(0)
        let provider = try provider(server.url, clock) { event in
            if case .credentialsRefreshed = event { refreshed.withLock { $0 += 1 } }
        }
        #expect(try await provider.current().accessKeyID == "one")
        clock.pass(.seconds(54 * 60))
        #expect(try await provider.current().accessKeyID == "one")
        #expect(try server.requests().count == 1)
        clock.pass(.seconds(2 * 60))
        // Four minutes before their end: nobody waits.
        #expect(try await provider.current().accessKeyID == "one")
        try await eventually("new ones are there") { refreshed.withLock { $0 } == 2 }
        #expect(try await provider.current().accessKeyID == "two")
        #expect(try server.requests().count == 2)
    }

    @Test func waitsForNewOnesJustBeforeTheEnd() async throws {
        let server = try await CaptureServer([
            Self.answer("one", minutes: 60), Self.answer("two", minutes: 120),
        ])
        let clock = ManualClock()
        let provider = try provider(server.url, clock)
        _ = try await provider.current()
        clock.pass(.seconds(59 * 60 + 30))
        #expect(try await provider.current().accessKeyID == "two")
    }

    @Test func servesTheOldOnesWhileTheEndpointIsDownAndNoLonger() async throws {
        let server = try await CaptureServer([
            Self.answer("one", minutes: 60), .init(status: 500, body: "secret words"),
        ])
        let clock = ManualClock()
        let failures = Lock<[AWSError]>([])
        let provider = try provider(server.url, clock) { event in
            if case .credentialsNotRefreshed(let error) = event {
                failures.withLock { $0.append(error) }
            }
        }
        _ = try await provider.current()
        clock.pass(.seconds(59 * 60 + 30))
        #expect(try await provider.current().accessKeyID == "one")
        #expect(try server.requests().count == 1 + AWSLimits.credentialsAttemptsMax)
        // Within the pause nobody asks again.
        #expect(try await provider.current().accessKeyID == "one")
        #expect(try server.requests().count == 1 + AWSLimits.credentialsAttemptsMax)
        clock.pass(.seconds(31))
        let error = await #expect(throws: AWSError.self) { try await provider.current() }
        #expect(error == .credentialsUnavailable(endpoint: server.url, detail: "HTTP 500"))
        #expect(failures.withLock { $0.count } == 2)
    }

    /// The call that waits for credentials has a limit of its own.
    @Test func endsItsAttemptsWithinTheirLimitTogether() async throws {
        let server = try await CaptureServer([.init(status: 500)])
        let time = ManualClock()
        var clock = time.clock
        // Each look at the clock comes 300 ms after the one before.
        let now = clock.now
        clock.now = {
            time.pass(.milliseconds(300))
            return now()
        }
        let fetcher = ContainerCredentialsFetcher(http: HTTPClient(), clock: clock)
        let container = try #require(
            try ContainerCredentials {
                $0 == "AWS_CONTAINER_CREDENTIALS_FULL_URI" ? server.url : nil
            })
        await #expect(throws: AWSError.self) { try await fetcher.fetch(container) }
        #expect(try server.requests().count == 2)
    }

    @Test func tellsWhenNobodyListens() async throws {
        let port = try LocalPort.free()
        let clock = ManualClock()
        let provider = try provider("http://127.0.0.1:\(port)/", clock)
        let error = await #expect(throws: AWSError.self) { try await provider.current() }
        #expect(error?.text.contains("no credentials from http://127.0.0.1:\(port)/") == true)
        #expect(clock.sleeps.count == AWSLimits.credentialsAttemptsMax - 1)
    }

    @Test func sendsItsTokenAndReadsTheFileAgain() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("token", "first\n")
        let server = try await CaptureServer([
            Self.answer("one", minutes: 60), Self.answer("two", minutes: 120),
        ])
        let clock = ManualClock()
        let provider = try provider(
            server.url, clock, ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file])
        _ = try await provider.current()
        _ = try directory.write("token", "second")
        clock.pass(.seconds(3600))
        _ = try await provider.current()
        #expect(try server.requests().map { $0.headers["authorization"] } == ["first", "second"])
    }

    @Test(arguments: ["", "\n", "a\r\nX-Evil: 1", nil])
    func sendsNoTokenThatIsNone(content: String?) async throws {
        let directory = try TemporaryDirectory()
        if let content { _ = try directory.write("token", content) }
        let server = try await CaptureServer([Self.answer("one", minutes: 60)])
        let provider = try provider(
            server.url, ManualClock(),
            ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": directory.path + "/token"])
        await #expect(throws: AWSError.self) { try await provider.current() }
        #expect(try server.requests().isEmpty)
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"AccessKeyId":"a"}"#, #"{"AccessKeyId":"","SecretAccessKey":""}"#,
        #"{"AccessKeyId":"a","SecretAccessKey":"b","Expiration":"tomorrow"}"#,
        #"{"Code":"AssumeRoleUnauthorizedAccess","Message":"no"}"#,
    ])
    func refusesAnAnswerWithoutCredentials(body: String) async throws {
        let server = try await CaptureServer([.init(body: body)])
        let provider = try provider(server.url, ManualClock())
        let error = await #expect(throws: AWSError.self) { try await provider.current() }
        #expect(error?.code == "CredentialsUnavailable")
    }

    @Test func fetchesAnewWhenAWSCallsThemExpired() async throws {
        let credentials = try await CaptureServer([
            Self.answer("one", minutes: 600), Self.answer("two", minutes: 600),
        ])
        let ecs = try await CaptureServer([
            .init(status: 400, body: #"{"__type":"ExpiredTokenException","message":"m"}"#),
            .init(body: #"{"tasks":[]}"#),
        ])
        let client = AWSClient(
            configuration: try AWSConfiguration([
                "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": ecs.url,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": credentials.url,
            ]), http: HTTPClient(), clock: ManualClock().clock)
        #expect(try await ECSClient(client).describeTasks(cluster: "c", tasks: ["t"]).found == [])
        let tokens = try ecs.requests().map { $0.headers["x-amz-security-token"] }
        #expect(tokens == ["t-one", "t-two"])
    }

    @Test func showsNoSecret() throws {
        let credentials = Credentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "hunter2",
            sessionToken: "hunter2")
        let container = try CredentialsSource(environment: { name in
            [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "hunter2",
            ][name]
        })
        var text = "\(credentials) \(CredentialsSource.fixed(credentials)) \(container)"
        debugPrint(credentials, container, to: &text)
        dump(credentials, to: &text)
        dump(container, to: &text)
        #expect(!text.contains("hunter2"))
        #expect(!text.contains("IOSFODNN7EXAMPLE"))
    }
}
