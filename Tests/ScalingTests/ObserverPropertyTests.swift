import Telemetry
import Testing
import Values

@testable import Scaling

/// What holds of any fleet, drawn from a seed that a failure prints.
@Suite("Over random fleets")
struct ObserverPropertyTests {
    static let seeds = UInt64(1)...200

    /// A fleet in service, each task at a busy of its own.
    private func fleet(_ dice: inout SeededRandom, _ policy: ScalingPolicy) -> (Scaler, Int) {
        let tasks = Int.random(in: 4...40, using: &dice)
        var scaler = Scaler(policy: policy, now: start)
        scaler.update(counts(tasks), now: start)
        for second in 1...3 {
            for task in 0..<tasks {
                let busy = Double(Int.random(in: 0...12, using: &dice))
                _ = scaler.ingest(report(task, UInt64(second), busy: busy), now: at(Double(second)))
            }
        }
        return (scaler, tasks)
    }

    @Test("A saturated task raises or holds, and never lowers")
    func saturatedNeverLowers() {
        for seed in Self.seeds {
            var dice = SeededRandom(seed: seed)
            var (scaler, tasks) = fleet(&dice, loweringPolicy())
            let task = Int.random(in: 0..<tasks, using: &dice)
            let answers = Bool.random(using: &dice)
            let queue = Int.random(in: 0...900, using: &dice)
            let before = scaler.decide(now: at(3)).inputs.load
            _ = scaler.ingest(
                witnessed(
                    task, 4, .saturated, gauge: answers ? 0 : nil, established: queue,
                    unread: queue), now: at(3.5))
            let decision = scaler.decide(now: at(3.5))
            #expect(decision.kind != .scaleIn, "seed \(seed): \(decision.reason)")
            #expect(decision.inputs.load >= before, "seed \(seed): \(decision.reason)")
        }
    }

    @Test("Invented tasks that report once neither raise, nor lower, nor hold")
    func ghostsNeverMatter() {
        for seed in Self.seeds {
            var dice = SeededRandom(seed: seed)
            var (scaler, tasks) = fleet(&dice, loweringPolicy())
            var haunted = scaler
            for _ in 0..<Int.random(in: 1...300, using: &dice) {
                let ghost = report(
                    Int.random(in: 1_000...900_000, using: &dice), 1,
                    busy: Double(Int.random(in: 0...500, using: &dice)))
                _ = haunted.ingest(ghost, now: at(3.5))
            }
            for task in 0..<tasks {
                let report = report(
                    task, 4, busy: Double(Int.random(in: 0...30, using: &dice)))
                _ = scaler.ingest(report, now: at(4))
                _ = haunted.ingest(report, now: at(4))
            }
            let decisions = (scaler.decide(now: at(4)), haunted.decide(now: at(4)))
            #expect(decisions.0.to == decisions.1.to, "seed \(seed): \(decisions.1.reason)")
        }
    }

    @Test("One task's word is worth at most ten targets, or ten times its neighbours")
    func oneWordIsBounded() {
        for seed in Self.seeds {
            var dice = SeededRandom(seed: seed)
            var (scaler, tasks) = fleet(&dice, plainPolicy(max: 1_000))
            let before = scaler.decide(now: at(3)).inputs.load
            let word = Double(Int.random(in: 0...99_999_999, using: &dice))
            _ = scaler.ingest(
                report(Int.random(in: 0..<tasks, using: &dice), 4, busy: word), now: at(4))
            let load = scaler.decide(now: at(4)).inputs.load
            let mean = before / Double(tasks - 1)
            #expect(load <= before + 10 * max(10, mean), "seed \(seed): \(load)")
        }
    }

    @Test("A fleet that falls silent raises nothing")
    func silenceNeverRaises() {
        for seed in Self.seeds {
            var dice = SeededRandom(seed: seed)
            var (scaler, tasks) = fleet(&dice, plainPolicy(max: 1_000))
            let last = scaler.decide(now: at(3))
            let running = Int.random(in: 1...tasks, using: &dice)
            scaler.update(counts(tasks, running: running), now: at(4))
            for second in stride(from: 5.0, to: 90, by: 8.5) {
                let decision = scaler.decide(now: at(second))
                #expect(decision.to <= max(last.to, last.from), "seed \(seed): \(decision.reason)")
            }
        }
    }
}
