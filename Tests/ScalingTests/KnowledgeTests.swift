import Testing
import Values

@testable import Scaling

/// What was learnt goes through bytes into another scaler.
@Suite struct KnowledgeTests {
    private static let policy: ScalingPolicy = {
        var policy = ScalingPolicy(
            maxTasks: 500, rule: .target([TargetMetric(metric: .busy, value: 10)]))
        policy.scaleIn.enabled = true
        return policy
    }()

    private static func at(_ second: Int) -> Instant {
        Instant(nanoseconds: Int64(second) * 1_000_000_000)
    }

    /// Lets seconds pass with a load that rises and falls; the last decision.
    @discardableResult
    private static func run(_ scaler: inout Scaler, _ seconds: Range<Int>) -> Decision? {
        var decision: Decision?
        for second in seconds {
            let phase = second % 600
            let rate = phase < 300 ? 400.0 + Double(phase) : 700
            let now = at(second)
            scaler.update(
                ServiceCounts(
                    desiredCount: 30, runningCount: 30, pendingCount: 0,
                    deploymentInProgress: false), now: now, isOurs: true)
            scaler.ingest(
                FleetTotals(
                    tasks: 30, busy: rate * 0.2, active: rate * 0.2, requestsPerSecond: rate),
                now: now)
            decision = scaler.decide(now: now)
        }
        return decision
    }

    private static func learnt(seconds: Int = 7_200) -> Scaler {
        var scaler = Scaler(policy: policy, now: at(0))
        run(&scaler, 0..<seconds)
        return scaler
    }

    @Test func aRestartWithKnowledgeDecidesAsIfNothingHadHappened() throws {
        var scaler = Self.learnt()
        let bytes = scaler.knowledge(unixMs: 1_000_000)
        #expect(bytes.count <= Limits.knowledgeBytesMax)
        var other = Scaler(policy: Self.policy, now: Self.at(7_200))
        try other.takeKnowledge(bytes, unixMs: 1_001_000, now: Self.at(7_200))
        #expect(other.knowledge(unixMs: 1_001_000).count == bytes.count)
        for step in 0..<20 {
            let seconds = 7_200 + step * 30..<7_230 + step * 30
            let one = Self.run(&scaler, seconds)?.inputs.planned ?? 0
            let two = Self.run(&other, seconds)?.inputs.planned ?? 0
            #expect(abs(one - two) <= 0.02 * one, "at \(seconds): \(one) and \(two)")
        }
    }

    @Test func whatDoesNotFitIsRefusedAndChangesNothing() {
        let bytes = Self.learnt(seconds: 60).knowledge(unixMs: 0)
        var fresh = Scaler(policy: Self.policy, now: Self.at(0))
        let before = fresh.knowledge(unixMs: 0)
        func error(_ bytes: [UInt8], unixMs: Int64 = 0) -> KnowledgeError? {
            do {
                try fresh.takeKnowledge(bytes, unixMs: unixMs, now: Self.at(0))
                return nil
            } catch { return error }
        }
        #expect(error([]) == .damaged)
        #expect(error(Array("something else, and long enough to look at".utf8)) == .notKnowledge)
        for length in stride(from: 24, to: bytes.count, by: 997) {
            #expect(error(Array(bytes.prefix(length))) == .damaged)
        }
        for place in stride(from: 24, to: bytes.count, by: 1_009) {
            var broken = bytes
            broken[place] ^= 0x10
            #expect(error(broken) == .damaged)
        }
        var later = bytes
        later[6] = 9
        #expect(error(later) == .otherVersion(9))
        #expect(error(bytes, unixMs: 15 * 86_400_000) == .tooOld(days: 15))
        #expect(error([UInt8](repeating: 0, count: 1 << 20)) == .notKnowledge)
        #expect(fresh.knowledge(unixMs: 0) == before)
        #expect(error(bytes) == nil)
    }

    @Test func knowledgeOfAnotherTargetIsRefused() {
        let bytes = Self.learnt(seconds: 60).knowledge(unixMs: 0)
        var policy = Self.policy
        policy.rule = .target([TargetMetric(metric: .busy, value: 40)])
        var other = Scaler(policy: policy, now: Self.at(0))
        #expect(throws: KnowledgeError.otherPolicy) {
            try other.takeKnowledge(bytes, unixMs: 0, now: Self.at(0))
        }
    }
}
