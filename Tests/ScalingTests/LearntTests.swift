import Foundation
import Testing
import Values

@testable import Scaling

@Suite("Learnt headroom")
struct LearntTests {
    /// A service with load in tasks; tasks of 10 requests at once, 0.2 s each.
    private struct Loop {
        var scaler: Scaler
        var desired = 12
        var running = 12
        private var starting: [(Double, Int)] = []
        private(set) var changes = 0

        init(_ change: (inout ScalingPolicy) -> Void = { _ in }) {
            var policy = ScalingPolicy(
                maxTasks: 1_000, rule: .target([TargetMetric(metric: .busy, value: 10)]))
            policy.scaleIn.enabled = true
            change(&policy)
            scaler = Scaler(policy: policy, now: start)
        }

        /// One second in which `load` tasks' worth arrives and `waiting` requests wait.
        mutating func second(_ second: Int, load: Double, waiting: Double = 0) -> Decision {
            while let next = starting.first, next.0 <= Double(second) {
                running = min(desired, running + next.1)
                starting.removeFirst()
            }
            let now = at(Double(second))
            scaler.update(counts(desired, running: running), now: now)
            scaler.ingest(
                FleetTotals(
                    tasks: running, busy: load * 10 + waiting, active: load * 10,
                    requestsPerSecond: load * 50), now: now)
            let decision = scaler.decide(now: now)
            if decision.to != desired { changes += 1 }
            if decision.to > desired {
                starting.append((Double(second) + 40, decision.to - desired))
            }
            desired = decision.to
            running = min(running, desired)
            return decision
        }
    }

    @Test("A constant load settles and stays")
    func settles() {
        var loop = Loop()
        for second in 1...3_600 { _ = loop.second(second, load: 10) }
        let changes = loop.changes
        for second in 3_601...9_000 { _ = loop.second(second, load: 10) }
        // One more may come when what was assumed at first has faded.
        #expect(loop.changes - changes <= 1)
        #expect((11...13).contains(loop.desired))
    }

    @Test("A surge orders at once, more than the load, and says why")
    func surge() {
        var loop = Loop()
        for second in 1...600 { _ = loop.second(second, load: 10) }
        let decision = loop.second(601, load: 30)
        #expect(decision.to > 30)
        #expect(decision.inputs.mode == .surge)
        #expect(decision.reason.hasPrefix("surge: load is worth"))
        #expect(decision.constraints.isEmpty)
    }

    @Test("The measured start time is learnt")
    func leadTime() {
        var loop = Loop()
        for second in 1...3_600 {
            _ = loop.second(second, load: 10 + Double(second / 300 % 2) * 20)
        }
        #expect((39...46).contains(loop.scaler.leadSeconds))
    }

    @Test("Requests that wait do not count as work, so that a queue does not run away")
    func queue() {
        var loop = Loop { $0.maxTasks = 1_000 }
        for second in 1...600 { _ = loop.second(second, load: 10) }
        var most = 0
        for second in 601...660 {
            let waiting = Double(second - 600) * 200
            most = max(most, loop.second(second, load: 15, waiting: waiting).to)
        }
        // 12,000 requests wait, worth 1,200 tasks at face value.
        #expect(most >= 15 && most <= 150)
    }

    @Test("The reason of a calm decision names load, headroom and start time")
    func reason() {
        var loop = Loop { $0.maxTasks = 11 }
        loop.desired = 11
        loop.running = 11
        for second in 1...30 { _ = loop.second(second, load: 10.3) }
        let reason = loop.second(31, load: 10.3).reason
        #expect(reason.hasPrefix("load is worth 10.3 tasks, headroom "))
        #expect(reason.contains("% for the 60 s a task takes to start → "))
        #expect(reason.contains("; by the highest load of "))
        #expect(reason.hasSuffix("; limited to 11 by max"))
    }

    @Test("A surge that comes every hour is foreseen after some hours")
    func hourly() {
        var surges = RecurringSurges()
        var foreseen = [Bool](repeating: false, count: 8)
        for second in 0..<8 * 3_600 {
            let inSurge = (1_800..<2_100).contains(second % 3_600)
            let level = inSurge ? 30.0 : 10
            surges.advance(level: level, calm: level, second: second, leadSeconds: 45)
            let plan = surges.plan(covered: 12, second: second, leadSeconds: 45, caution: 16)
            if (1_760..<1_800).contains(second % 3_600), plan >= 30 {
                foreseen[second / 3_600] = true
            }
        }
        #expect(foreseen == [false, false, false, false, true, true, true, true])
    }

    @Test("A surge that comes at the same time of every day is foreseen then, and at no other hour")
    func daily() {
        var surges = RecurringSurges()
        var foreseen: [Int: Set<Int>] = [:]
        for second in 0..<6 * 86_400 {
            let (day, moment) = (second / 86_400, second % 86_400)
            let level = (19_800..<20_400).contains(moment) ? 30.0 : 10
            surges.advance(level: level, calm: level, second: second, leadSeconds: 45)
            let plan = surges.plan(covered: 12, second: second, leadSeconds: 45, caution: 7)
            guard (1_740..<1_800).contains(moment % 3_600), plan >= 30 else { continue }
            foreseen[moment / 3_600, default: []].insert(day)
        }
        #expect(foreseen == [5: [2, 3, 4, 5]])
    }

    @Test("A day that was left out counts as one without a rise; older ones are forgotten")
    func riseLog() {
        var log = RiseLog(binsADay: 4)
        let rise = RiseClass(ratio: 3.5)
        log.note(RiseClass(ratio: 1), bin: 0)
        for day in 0..<3 { log.note(rise, bin: day * 4 + 2) }
        log.note(RiseClass(ratio: 1), bin: 13)
        let share = log.shares(before: 3 * 4 + 2)
        // Of each day that bin, and those beside it, which had no rise.
        let seen = share.weights[rise.index] / share.total
        #expect(abs(seen - 1 / (1 + 2 * Tuning.seasonNear)) < 1e-9)
        #expect(abs(share.weights[0] / share.total - (1 - seen)) < 1e-9)
        log.note(RiseClass(ratio: 1), bin: 1_000)
        #expect(log.shares(before: 1_002).weights[rise.index] == 0)
    }

    @Test("Least squares find how forecasts combine; without data all weigh the same")
    func leastSquares() {
        var blend = LeastSquares(count: 2, halfLifeSeconds: 10_000)
        #expect(blend.combine([2, 4]) == 3)
        for second in 0..<5_000 {
            let (one, two) = (10 + 4 * sin(Double(second)), 10 + 4 * sin(Double(second) / 7))
            blend.learn([one, two][...], actual: 0.7 * one + 0.4 * two)
        }
        blend.solve()
        #expect(abs(blend.combine([10, 10]) - 11) < 0.01)
        #expect(abs(blend.combine([10, 0]) - 7) < 0.01)
        // However the weights came out, it stays near what the forecasts say.
        #expect(blend.combine([-10, 0]) == 0)
    }

    @Test("What was ordered only for a surge is let go soon after it")
    func surgeEnds() {
        var loop = Loop()
        for second in 1...9_000 { _ = loop.second(second, load: 10) }
        for second in 9_001...9_080 { _ = loop.second(second, load: 30, waiting: 9_000) }
        let most = loop.desired
        #expect(most > 40)
        for second in 9_081...9_105 { _ = loop.second(second, load: 30) }
        #expect(loop.desired < most)
        #expect(loop.desired >= 30)
    }

    @Test("A load that wavers about a whole task does not start and stop one by turns")
    func wavers() {
        var changes = 0
        for tenth in 0..<10 {
            var loop = Loop()
            let load = 10 + Double(tenth) / 10
            for second in 1...5_400 {
                _ = loop.second(second, load: load + 0.1 * Double(second / 120 % 2))
                if second == 3_600 { changes -= loop.changes }
            }
            changes += loop.changes
        }
        #expect(changes <= 4)
    }

    @Test("What is started for a queue is in proportion to the service before it")
    func drain() {
        func most(before load: Double) -> Int {
            var loop = Loop()
            for second in 1...600 { _ = loop.second(second, load: load) }
            return loop.second(601, load: 100, waiting: 4_750).to
        }
        #expect((110...120).contains(most(before: 10)))
        // A service of fewer tasks counts as one of five.
        #expect((103...110).contains(most(before: 5)))
        #expect((103...110).contains(most(before: 1)))
    }

    @Test("When demand has collapsed, its old maxima are soon forgotten")
    func collapse() {
        var means = DemandMeans()
        var forecasts: [Double] = []
        for second in 1...4_200 {
            means.advance(second <= 3_600 ? 50 : 5, requestWork: 0.02, seconds: 1)
            forecasts = means.forecasts(now: at(Double(second)), leadSeconds: 45)
        }
        #expect(forecasts.allSatisfy { $0 < 20 })
        #expect(forecasts.contains { $0 > 10 })
    }

    @Test("Demand goes on when the time in service becomes known")
    func becomesKnown() {
        var means = DemandMeans()
        for second in 1...120 {
            means.advance(10, requestWork: second <= 60 ? nil : 0.02, seconds: 1)
            let forecasts = means.forecasts(now: at(Double(second)), leadSeconds: 45)
            #expect(forecasts.allSatisfy { abs($0 - 10) < 1e-6 })
        }
    }

    @Test("Requests that rise are a rise, the same requests in slower service are none")
    func lastingRise() {
        func rise(requests: Double, service: Double) -> Double {
            var means = DemandMeans()
            for second in 1...120 {
                let longer = 1 + Double(second) / 120
                let (rate, seconds) = (50 * (1 + requests * longer), 0.2 * (1 + service * longer))
                means.advance(rate * seconds, requestWork: seconds, seconds: 1)
                _ = means.forecasts(now: at(Double(second)), leadSeconds: 45)
            }
            return means.lastingRise
        }
        #expect(abs(rise(requests: 1, service: 0) - 10.0 / 120) < 1e-3)
        #expect(rise(requests: 0, service: 1) < 1e-9)
    }

    @Test("The cheapest headroom balances its cost with that of overload")
    func newsvendor() {
        var scores = ScoreHistogram(halfLifeSeconds: 1e9, priorSeconds: 1)
        for index in 0..<10_000 { scores.insert(index % 100 == 0 ? 8 : 0.5) }
        // One in a hundred is far: covered only where overload costs enough.
        #expect(scores.cheapest(overloadCost: 100) < 1)
        #expect(scores.cheapest(overloadCost: 2_000) > 8)
    }

    @Test("Approximations agree with the C library")
    func numerics() {
        for x in stride(from: 0.01, to: 20, by: 0.037) {
            #expect(abs(decay(x / 5) - exp(-x / 5)) < 0.002)
            #expect(abs(Scaling.log2(x) - Foundation.log2(x)) < 0.012)
            #expect(abs(Scaling.exp2(x) / Foundation.exp2(x) - 1) < 1e-4)
        }
    }

    @Test("The maximum of a window agrees with a search", arguments: [1, 2, 3] as [UInt64])
    func slidingMax(seed: UInt64) {
        var dice = SeededRandom(seed: seed)
        var sliding = SlidingMax<Int>(window: .seconds(30), resolution: .milliseconds(1))
        var values: [(Int, Int)] = []
        for second in 0..<500 {
            let value = dice.int(0...1_000)
            sliding.insert(value, at: at(Double(second)))
            values.append((second, value))
            let expected = values.filter { second - $0.0 <= 30 }.map(\.1).max()
            #expect(sliding.value(at: at(Double(second))) == expected)
        }
    }

    @Test("Totals decide as the reports that add up to them do")
    func totals() {
        var byReport = Loop().scaler
        var byTotals = byReport
        for second in 1...200 {
            let now = at(Double(second))
            for scaler in [0, 1] {
                if scaler == 0 { byReport.update(counts(10), now: now) }
                if scaler == 1 { byTotals.update(counts(10), now: now) }
            }
            let busy = Double(5 + second % 7)
            for task in 0..<10 {
                _ = byReport.ingest(
                    report(task, UInt64(second), busy: busy, requests: 40), now: now)
            }
            byTotals.ingest(
                FleetTotals(tasks: 10, busy: busy * 10, active: busy * 10, requestsPerSecond: 400),
                now: now)
            #expect(
                byReport.decide(now: now).inputs.planned == byTotals.decide(now: now).inputs.planned
            )
        }
    }
}
