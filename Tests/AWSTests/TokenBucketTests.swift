import Testing
import Values

@testable import AWS

@Suite struct TokenBucketTests {
    private func at(_ seconds: Double) -> Instant {
        Instant(nanoseconds: Int64(seconds * 1e9))
    }

    @Test func letsABurstThroughAndThenItsRate() {
        var bucket = TokenBucket(burst: 3, perSecond: 2, now: at(0))
        for _ in 0..<3 { #expect(bucket.reserve(now: at(0), waitMax: .zero) == .success(.zero)) }
        // Each waits behind the one before.
        #expect(bucket.reserve(now: at(0), waitMax: .seconds(9)) == .success(.milliseconds(500)))
        #expect(bucket.reserve(now: at(0), waitMax: .seconds(9)) == .success(.seconds(1)))
    }

    @Test func takesNothingForACallThatWouldWaitTooLong() {
        var bucket = TokenBucket(burst: 1, perSecond: 1, now: at(0))
        _ = bucket.reserve(now: at(0), waitMax: .zero)
        for _ in 0..<3 {
            #expect(
                bucket.reserve(now: at(0), waitMax: .milliseconds(999))
                    == .failure(TokenBucket.Refusal(wait: .seconds(1))))
        }
        #expect(bucket.reserve(now: at(1), waitMax: .zero) == .success(.zero))
    }

    @Test func fillsNoFurtherThanItsBurst() {
        var bucket = TokenBucket(burst: 2, perSecond: 10, now: at(0))
        for _ in 0..<2 { #expect(bucket.reserve(now: at(999), waitMax: .zero) == .success(.zero)) }
        #expect(bucket.reserve(now: at(999), waitMax: .zero) != .success(.zero))
        // Time that runs backwards gives nothing.
        #expect(bucket.reserve(now: at(0), waitMax: .zero) != .success(.zero))
    }

    @Test func takesHalfOfWhatAWSAllows() {
        #expect(AWSLimits.rate(of: .updateService) == (burst: 25, perSecond: 2.5))
        #expect(AWSLimits.rate(of: .readServices) == (burst: 50, perSecond: 10))
        #expect(AWSLimits.rate(of: .readTasks) == (burst: 50, perSecond: 10))
    }
}

@Suite struct RetryPolicyTests {
    private let throttled = AWSError.refused(
        AWSRefusal(operation: "Op", status: 429, code: "x", message: ""))
    private let transient = AWSError.refused(
        AWSRefusal(operation: "Op", status: 500, code: "x", message: ""))

    @Test func spreadsItsDelaysFromNothingToTheCeiling() {
        let policy = RetryPolicy()
        for (error, attempt, ceiling) in [
            (transient, 1, Duration.milliseconds(100)), (transient, 4, .milliseconds(800)),
            (throttled, 1, .seconds(1)), (throttled, 4, .seconds(5)),
        ] {
            for jitter in [0, 0.25, 0.999] {
                let delay = policy.delay(
                    after: error, attempt: attempt, spent: .zero, jitter: jitter)
                #expect(delay == ceiling * jitter)
            }
        }
    }

    @Test func endsWithItsAttemptsOrItsSpan() {
        let policy = RetryPolicy()
        let max = AWSLimits.attemptsMax
        #expect(policy.delay(after: transient, attempt: max, spent: .zero, jitter: 0) == nil)
        #expect(
            policy.delay(
                after: transient, attempt: 1, spent: AWSLimits.callSpanMax, jitter: 0) == .zero)
        #expect(
            policy.delay(
                after: transient, attempt: 1, spent: AWSLimits.callSpanMax, jitter: 0.1) == nil)
    }

    @Test func limitsFitOneAnother() {
        #expect(AWSLimits.connectTimeout < AWSLimits.requestTimeout)
        #expect(AWSLimits.requestTimeout < AWSLimits.callSpanMax)
        #expect(AWSLimits.rateWaitMax < AWSLimits.callSpanMax)
        #expect(AWSLimits.refreshRequired < AWSLimits.refreshAhead)
        let fetch = AWSLimits.credentialsWithin + AWSLimits.credentialsAttemptMin
        #expect(fetch < AWSLimits.refreshRequired)
    }
}
