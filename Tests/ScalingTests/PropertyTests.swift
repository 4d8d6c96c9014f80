import Telemetry
import Testing
import Values

@testable import Scaling

/// What holds for every history; each is drawn from a seed, which a failure prints.
@Suite("Over random histories")
struct PropertyTests {
    static let histories = 1_000
    static let seeds: [UInt64] = (1...10).map { $0 * 1_000_003 }

    @Test("Bounds, scale-in, silence, repetition and order, 10,000 histories", arguments: seeds)
    func holds(seed: UInt64) {
        for index in 0..<UInt64(Self.histories) {
            var history = History(seed: seed &+ index)
            let failures = history.run()
            #expect(failures.isEmpty, "seed \(seed &+ index): \(failures)")
            if !failures.isEmpty { return }
        }
    }
}

/// A random policy and random events, checked at each step.
private struct History {
    private var dice: SeededRandom
    private let policy: ScalingPolicy
    private var scaler: Scaler
    private var shuffled: Scaler
    private var sequences: [UInt64]
    private var seconds = 0.0
    private var desired: Int
    private var failures: [String] = []

    init(seed: UInt64) {
        dice = SeededRandom(seed: seed)
        policy = Self.policy(&dice)
        scaler = Scaler(policy: policy, now: start)
        shuffled = scaler
        sequences = [UInt64](repeating: 0, count: dice.int(1...6))
        desired = dice.int(policy.minTasks...policy.maxTasks)
    }

    private static func policy(_ dice: inout SeededRandom) -> ScalingPolicy {
        let most = dice.int(1...60)
        var policy = ScalingPolicy(
            minTasks: dice.int(0...most), maxTasks: most,
            rule: dice.flip()
                ? .target([TargetMetric(metric: .busy, value: Double(dice.int(1...20)))])
                : .steps(StepPolicy()))
        if dice.flip() { policy.sizing = .fixed(headroomPercent: Double(dice.int(0...50))) }
        policy.scaleIn.enabled = dice.flip()
        policy.scaleIn.stabilization = .seconds(dice.int(0...20))
        policy.scaleIn.afterRestart = .seconds(dice.int(0...10))
        policy.tolerancePercent = dice.flip() ? 10 : 0
        if dice.flip() { policy.scaleOut.limit = ChangeLimit(percent: 100, tasks: 4) }
        if dice.flip() { policy.scaleIn.limit = ChangeLimit(tasks: dice.int(1...5)) }
        if dice.flip() { policy.scaleOut.cooldown = .seconds(dice.int(0...30)) }
        return policy
    }

    mutating func run() -> [String] {
        check(scaler.decide(now: start).kind == .hold, "decided before counts were known")
        for _ in 0..<dice.int(4...12) where failures.isEmpty { step() }
        silence()
        return failures
    }

    private mutating func step() {
        seconds += dice.flip() ? 1 : Double(dice.int(0...8000)) / 1000
        if dice.flip() {
            let known = counts(
                desired, running: dice.int(0...desired), deploying: dice.int(0...9) == 0)
            scaler.update(known, now: at(seconds))
            shuffled.update(known, now: at(seconds))
        }
        var reports = (0..<sequences.count).compactMap { report($0) }
        for report in reports { _ = scaler.ingest(report, now: at(seconds)) }
        reports.shuffle(using: &dice)
        for report in reports { _ = shuffled.ingest(report, now: at(seconds)) }
        let decision = scaler.decide(now: at(seconds))
        check(decision == shuffled.decide(now: at(seconds)), "the order of reports mattered")
        check(decision == scaler.decide(now: at(seconds)), "asked twice, it decided twice")
        checkBounds(decision)
        if dice.flip(), decision.basis != .countsUnknown { desired = decision.to }
    }

    private mutating func report(_ task: Int) -> Report? {
        guard dice.int(0...9) > 1 else { return nil }
        sequences[task] += UInt64(dice.int(0...2))
        let busy = Double(dice.int(0...(dice.flip() ? 400 : 20)))
        return ScalingTests.report(
            task, sequences[task], busy: busy, last: dice.int(0...400),
            requests: dice.flip() ? UInt64(dice.int(0...500)) : nil,
            state: dice.int(0...40) == 0 ? .stopping : .running,
            lengthMs: dice.int(50...1000), failed: dice.int(0...20) == 0)
    }

    private mutating func checkBounds(_ decision: Decision) {
        if decision.from >= policy.minTasks && decision.from <= policy.maxTasks {
            check(decision.to >= policy.minTasks, "below min: \(decision)")
            check(decision.to <= policy.maxTasks, "above max: \(decision)")
        }
        if !policy.scaleIn.enabled { check(decision.to >= decision.from, "lowered: \(decision)") }
    }

    /// From here no report comes any more.
    private mutating func silence() {
        let last = scaler.decide(now: at(seconds))
        for _ in 0..<6 {
            seconds += Double(dice.int(1...20_000)) / 1000
            let decision = scaler.decide(now: at(seconds))
            check(
                // What a cooldown held may come when it ends.
                decision.to <= max(last.to, last.inputs.wanted, decision.from, policy.minTasks),
                "raised on silence: \(last) then \(decision)")
        }
    }

    private mutating func check(_ holds: Bool, _ words: @autoclosure () -> String) {
        if !holds { failures.append(words()) }
    }
}

extension SeededRandom {
    mutating func int(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    mutating func flip() -> Bool {
        next() & 1 == 0
    }
}
