import Testing
import Values

@testable import Scaling

/// Which complete policy is followed, from what its shadow tasks would have cost.
@Suite struct PolicyChoiceTests {
    /// A service under learnt headroom whose demand is given second by second.
    private struct Service {
        var scaler: Scaler
        var desired = 30
        private(set) var last: Decision?

        init() {
            var policy = ScalingPolicy(
                maxTasks: 1_000, rule: .target([TargetMetric(metric: .busy, value: 10)]))
            policy.scaleIn.enabled = true
            scaler = Scaler(policy: policy, now: start)
        }

        mutating func run(_ seconds: Range<Int>, load: (Int) -> Double) {
            for second in seconds {
                let now = at(Double(second))
                scaler.update(counts(desired, running: desired), now: now)
                let load = load(second)
                scaler.ingest(
                    FleetTotals(
                        tasks: desired, busy: load * 10, active: load * 10,
                        requestsPerSecond: load * 50), now: now)
                let decision = scaler.decide(now: now)
                desired = decision.to
                last = decision
            }
        }

        var leading: CompletePolicy? { last?.inputs.leading?.policy }
    }

    /// Batches of requests: a mean of 20 tasks that jumps from second to second.
    private static func batches() -> (Int) -> Double {
        var random = SeededRandom(seed: 16)
        return { _ in
            let draws = (0..<4).map { _ in Double(random.next() >> 11) * 0x1p-53 }
            return 40 * draws.reduce(1, *) * 4
        }
    }

    @Test func aServiceBeginsWithTheSafestAndSaysSo() throws {
        var service = Service()
        service.run(1..<30) { _ in 20 }
        let last = try #require(service.last)
        #expect(service.leading != .learnt)
        #expect(last.inputs.headroomPercent >= 40)
        #expect(last.reason.contains("to be safe while little is learnt"))
    }

    @Test func learntHeadroomLeadsOnceThereIsSomethingToKnow() throws {
        var service = Service()
        service.run(1..<3 * 3_600) { 20 + Double($0 % 600) / 100 }
        #expect(service.leading == .learnt)
        let last = try #require(service.last)
        #expect(last.reason.contains("learnt headroom"))
    }

    @Test func noiseThatIsOverBeforeATaskServesIsNotChased() {
        var service = Service()
        let load = Self.batches()
        service.run(1..<1_800, load: load)
        let before = service.desired
        var changes = 0
        for second in 1_800..<3_600 {
            let was = service.desired
            service.run(second..<second + 1, load: load)
            changes += service.desired == was ? 0 : 1
        }
        #expect(changes < 60, "from \(before) to \(service.desired), seed 16")
    }

    @Test func everyPolicyHasWordsAndTheSafestIsOfTheFamily() {
        #expect(CompletePolicy.family.contains(.safest))
        #expect(CompletePolicy.family[CompletePolicy.ownCaution] == .learnt)
        let words = CompletePolicy.family.map(\.words)
        #expect(Set(words).count == words.count)
    }

    @Test func beforeAnythingIsSeenMoreHeadroomIsTakenToBeSafer() {
        let caution = Caution.balanced.value
        let least = CompletePolicy.family.min {
            $0.costAssumed(caution: caution) < $1.costAssumed(caution: caution)
        }
        #expect(least?.factor ?? 0 >= CompletePolicy.safest.factor)
    }
}
