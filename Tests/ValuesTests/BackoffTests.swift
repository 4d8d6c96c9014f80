import TestSupport
import Testing
import Values

@Suite struct BackoffTests {
    @Test func doublesUpToTheLongest() {
        var backoff = Backoff(first: .milliseconds(100), longest: .milliseconds(900))
        let spans = (0..<6).map { _ in backoff.failed(random: .max) }
        let expected = [100, 200, 400, 800, 900, 900]
        for (span, milliseconds) in zip(spans, expected) {
            #expect(span <= .milliseconds(milliseconds))
            #expect(span > .milliseconds(milliseconds - 1))
        }
        #expect(backoff.failures == 6)
    }

    @Test func jitterReachesDownToZero() {
        var backoff = Backoff(first: .milliseconds(100), longest: .seconds(1))
        #expect(backoff.failed(random: 0) == .zero)
    }

    @Test func beginsAgainAfterSuccess() {
        var backoff = Backoff(first: .milliseconds(100), longest: .seconds(10))
        for _ in 0..<5 { _ = backoff.failed(random: .max) }
        backoff.succeeded()
        #expect(backoff.failed(random: .max) <= .milliseconds(100))
    }

    @Test func spreadsAFleetEvenly() {
        var random = SeededRandom(seed: 7)
        var tenths = [Int](repeating: 0, count: 10)
        for _ in 0..<5000 {
            let span = Backoff.fraction(of: .milliseconds(1000), random: random.next())
            tenths[Int(span.wholeMilliseconds / 100)] += 1
        }
        #expect(tenths.allSatisfy { (400...600).contains($0) }, "\(tenths)")
    }

    @Test func thousandsOfFailuresDoNotOverflow() {
        var backoff = Backoff(first: .milliseconds(100), longest: .seconds(300))
        for _ in 0..<10_000 { #expect(backoff.failed(random: .max) <= .seconds(300)) }
    }
}
