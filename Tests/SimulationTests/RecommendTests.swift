import Scaling
import Testing

@testable import Simulation

@Suite struct RecommendTests {
    /// A log of a day: quiet at 2 tasks' worth, a surge to 20 each two hours.
    private static let log: String = (0..<1_440).map { minute in
        let demand = minute % 120 < 10 ? 20.0 : 2
        let hour = minute / 60
        let text = "\(hour < 10 ? "0" : "")\(hour):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
        return "{\"time\":\"2026-01-05T\(text):00Z\",\"event\":\"service.decision\","
            + "\"cluster\":\"shop\",\"service\":\"web\",\"demand\":\(demand)}\n"
    }.joined()

    private func run(_ change: (inout ScalingPolicy) -> Void = { _ in }) throws
        -> RecommendCommand.Result
    {
        var policy = SimulateCommand.defaultPolicy
        change(&policy)
        let options = try SimulateOptions(["--trace", "day.log"])
        return try RecommendCommand(options, policy: policy) { _ in }.run(text: Self.log)
    }

    @Test func aCountThatIsNeverLoweredIsRecommendedToBe() throws {
        let result = try run { policy in
            policy.scaleIn.enabled = false
            policy.maxTasks = 100
        }
        #expect(result.bestIndex > 0)
        #expect(result.best.scaleIn.enabled)
        let (today, best) = (
            result.table.entries[0].outcome, result.table.entries[result.bestIndex].outcome
        )
        #expect(best.taskHours < today.taskHours)
        #expect(result.best.maxTasks >= 100, "nobody lowers max but a person")
        #expect(result.text.contains("instead of"))
        #expect(result.text.contains(result.settings))
    }

    @Test func whatIsRecommendedCostsLeast() throws {
        for caution in [Caution.economy, .balanced, .performance] {
            let result = try run { $0.sizing = .learnt(caution) }
            // Mean demand: 3.5 tasks.
            let costs = result.table.entries.map {
                $0.outcome.taskSeconds + caution.value * 3.5 * $0.outcome.overloadedSeconds
            }
            let least = try #require(costs.min())
            #expect(costs[result.bestIndex] <= least * 1.02)
        }
    }

    @Test func aLongLoadIsSeenInLongerSteps() throws {
        let result = try run()
        #expect(result.table.seconds > 86_000)
        #expect(result.table.entries.count >= 4)
        #expect(result.json.hasPrefix("{\"recommended\":\""))
    }
}
