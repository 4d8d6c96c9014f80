import Transport
import Values

/// Signs calls, sends them within our share of AWS's rate, and tries again what may pass.
package final class AWSClient: Sendable {
    package let configuration: AWSConfiguration
    package let credentials: CredentialsProvider
    private let http: HTTPClient
    private let budget: RateBudget
    private let retry: RetryPolicy
    private let clock: AWSClock
    private let offset: ClockOffset
    private let observe: @Sendable (AWSEvent) -> Void

    /// `observe` is called from whatever thread and must return soon.
    package init(
        configuration: AWSConfiguration, http: HTTPClient, retry: RetryPolicy = RetryPolicy(),
        clock: AWSClock = .system, observe: @escaping @Sendable (AWSEvent) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.http = http
        self.retry = retry
        self.clock = clock
        self.observe = observe
        budget = RateBudget(now: clock.now())
        let offset = ClockOffset()
        self.offset = offset
        // When credentials expire, AWS says by its own clock.
        var aws = clock
        aws.wallMs = { clock.wallMs() + offset.ms }
        credentials = CredentialsProvider(
            source: configuration.credentials,
            fetcher: ContainerCredentialsFetcher(http: http, clock: aws), clock: aws,
            observe: observe)
    }

    /// Makes the call and gives the body of AWS's answer.
    package func send(_ call: AWSCall) async throws(AWSError) -> [UInt8] {
        let begin = clock.now()
        var hasNewCredentials = false
        var hasNewClock = false
        var number = 1
        while true {
            try await waitForRate(call)
            let used = try await credentials.current()
            if let latest = call.notAfter, clock.now() > latest {
                throw .tooLate(operation: call.operation)
            }
            let (result, attempt) = await attempt(call, number: number, used)
            guard case .failure(let error) = result else {
                observe(.attempted(attempt))
                return try result.get()
            }
            var delay =
                number < call.attemptsMax
                ? retry.delay(
                    after: error, attempt: number, spent: clock.now() - begin,
                    jitter: clock.jitter())
                : nil
            if case .refused(let refusal) = error, refusal.kind == .credentialsExpired,
                !hasNewCredentials
            {
                hasNewCredentials = true
                credentials.discard(used)
                delay = .zero
            }
            if !hasNewClock, learnsClock(from: error) {
                hasNewClock = true
                delay = .zero
            }
            var delayed = attempt
            delayed.retryDelay = delay
            observe(.attempted(delayed))
            guard let delay else { throw error }
            try await sleep(delay, call)
            number += 1
        }
    }

    /// Whether the call failed by the time it was signed with; the next one will be AWS's.
    private func learnsClock(from error: AWSError) -> Bool {
        guard case .refused(let refusal) = error, let dateMs = refusal.dateMs,
            offset.learn(from: refusal, wallMs: clock.wallMs())
        else { return false }
        observe(.clockOff(ourMs: clock.wallMs(), awsMs: dateMs))
        return true
    }

    private func attempt(
        _ call: AWSCall, number: Int, _ credentials: Credentials
    ) async -> (Result<[UInt8], AWSError>, AWSAttempt) {
        let region = call.region ?? configuration.region
        let endpoint = configuration.endpoint(of: call.service, region: region)
        let request = request(call, endpoint: endpoint, region: region, credentials)
        let begin = clock.now()
        var attempt = AWSAttempt(
            service: call.service, operation: call.operation, number: number, duration: .zero)
        let result: Result<[UInt8], AWSError>
        do throws(TransportError) {
            let response = try await http.send(request)
            attempt.connectionsOpened = response.connectionsOpened
            if (200..<300).contains(response.status) {
                result = .success(response.body)
            } else {
                result = .failure(
                    .refused(
                        AWSRefusal(
                            operation: call.operation, status: response.status,
                            body: response.body, header: response.header)))
            }
        } catch .cancelled {
            result = .failure(.cancelled(operation: call.operation))
        } catch {
            result = .failure(
                .unreachable(operation: call.operation, endpoint: endpoint, cause: error))
        }
        attempt.duration = clock.now() - begin
        if case .failure(let error) = result { attempt.error = error }
        return (result, attempt)
    }

    private func request(
        _ call: AWSCall, endpoint: String, region: String, _ credentials: Credentials
    ) -> HTTPRequest {
        var request = HTTPRequest(.post, endpoint + "/")
        request.headers = ["Content-Type: \(call.service.contentType)"]
        if let prefix = call.service.targetPrefix {
            request.headers.append("X-Amz-Target: \(prefix).\(call.operation)")
        }
        if let date = offset.date(wallMs: clock.wallMs()) {
            request.headers.append("X-Amz-Date: \(date)")
        }
        request.body = call.body
        request.connectTimeout = min(AWSLimits.connectTimeout, call.within)
        request.timeout = call.within
        request.answerBytesMax = AWSLimits.answerBytesMax
        request.usesProxy = true
        if let file = configuration.authoritiesFile {
            request.trust = HTTPTrust(authoritiesFile: file)
        }
        request.signing = HTTPSigning(
            region: region, service: call.service.rawValue, accessKeyID: credentials.accessKeyID,
            secretAccessKey: credentials.secretAccessKey, sessionToken: credentials.sessionToken)
        return request
    }

    private func waitForRate(_ call: AWSCall) async throws(AWSError) {
        switch budget.reserve(
            call.rateClass, now: clock.now(), waitMax: call.rateWaitMax)
        {
        case .success(.zero): break
        case .success(let wait): try await sleep(wait, call)
        case .failure(let refusal):
            throw .rateExhausted(operation: call.operation, wait: refusal.wait)
        }
    }

    private func sleep(_ span: Duration, _ call: AWSCall) async throws(AWSError) {
        do {
            try await clock.sleep(span)
        } catch {
            throw .cancelled(operation: call.operation)
        }
    }
}
