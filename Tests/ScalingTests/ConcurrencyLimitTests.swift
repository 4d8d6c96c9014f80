import Testing

@testable import Scaling

@Suite("What tasks serve at once") struct ConcurrencyLimitTests {
    /// Four tasks as a queue; each second some requests come, and full tasks let go of what they
    /// serve.
    private struct Tasks {
        var limit = ConcurrencyLimit(target: 10)
        var servedAtOnce: Double
        var serviceSeconds = 0.2
        private var waiting = 0.0
        /// As `ServiceTime` knows it: what it was when nothing waited.
        private var known = 0.2

        init(servedAtOnce: Double = 7) {
            self.servedAtOnce = servedAtOnce
        }

        mutating func run(seconds: Int, rate: Double) {
            for _ in 0..<seconds {
                let most = 4 * servedAtOnce / serviceSeconds
                let left = min(waiting + rate, most)
                waiting += rate - left
                if waiting == 0 { known = serviceSeconds }
                limit.advance(
                    busy: left * serviceSeconds + waiting, rate: rate, tasks: 4,
                    serviceSeconds: known, seconds: 1)
            }
        }

        /// More comes than four tasks serve, until many wait; then little comes.
        mutating func fill(_ servedAtOnce: Double? = nil) {
            if let servedAtOnce { self.servedAtOnce = servedAtOnce }
            run(seconds: 60, rate: 100)
            run(seconds: 40, rate: 4 * self.servedAtOnce / serviceSeconds + 10)
            run(seconds: 200, rate: 50)
        }
    }

    @Test("It is the target until full tasks twice let go of less")
    func learnt() {
        var tasks = Tasks()
        #expect(tasks.limit.value == 10)
        tasks.fill()
        #expect(tasks.limit.value == 10)
        #expect(tasks.limit.lessThanTarget == nil)
        tasks.fill()
        #expect(abs(tasks.limit.value - 7) < 0.2)
        #expect(tasks.limit.lessThanTarget == tasks.limit.value)
    }

    @Test("The higher of the last two counts, and no more than the target")
    func higher() {
        var tasks = Tasks()
        for served in [4.0, 7, 5] { tasks.fill(served) }
        #expect(abs(tasks.limit.value - 7) < 0.3)
        tasks.fill(14)
        #expect(tasks.limit.value == 10)
    }

    @Test("A few percent less than the target is the target")
    func almost() {
        var tasks = Tasks(servedAtOnce: 9.6)
        for _ in 0..<3 { tasks.fill() }
        #expect(tasks.limit.value == 10)
    }

    @Test("Service that became slower, and stays so, leaves it as it is")
    func slower() {
        var tasks = Tasks(servedAtOnce: 10)
        for seconds in [0.3, 0.45, 0.7] {
            tasks.run(seconds: 100, rate: 50)
            tasks.serviceSeconds = seconds
            tasks.run(seconds: 60, rate: 200)
            tasks.run(seconds: 300, rate: 20)
        }
        #expect(tasks.limit.value == 10)
    }

    @Test(
        "Stalls leave it as it is: what waited leaves at full speed, or is given up at once",
        arguments: [10.0, 1_000])
    func stalls(servedAtTheEnd: Double) {
        var tasks = Tasks(servedAtOnce: 10)
        for _ in 0..<4 {
            tasks.run(seconds: 100, rate: 100)
            tasks.servedAtOnce = 2
            tasks.run(seconds: 40, rate: 100)
            tasks.servedAtOnce = servedAtTheEnd
            tasks.run(seconds: 200, rate: 100)
        }
        #expect(tasks.limit.value == 10)
    }

    @Test("It is forgotten in weeks")
    func forgotten() {
        var tasks = Tasks()
        for _ in 0..<2 { tasks.fill() }
        tasks.run(seconds: 86_400, rate: 20)
        #expect(tasks.limit.value < 7.7)
        tasks.run(seconds: 20 * 86_400, rate: 20)
        #expect(tasks.limit.value > 9.5)
    }

    @Test("Without requests, tasks or time there is nothing to see")
    func nothing() {
        var limit = ConcurrencyLimit(target: 10)
        for (busy, rate, tasks, seconds) in [
            (0.0, 0.0, 4, 1.0), (500, 0, 4, 1), (500, 100, 0, 1), (500, 100, 4, 0),
            (500, 0, 4, 1e9),
        ] {
            limit.advance(
                busy: busy, rate: rate, tasks: tasks, serviceSeconds: nil, seconds: seconds)
            limit.advance(
                busy: busy, rate: rate, tasks: tasks, serviceSeconds: 0.2, seconds: seconds)
        }
        #expect(limit.value == 10)
    }

    @Test("A decision counts in what tasks serve, and says so")
    func told() {
        let policy = ScalingPolicy(
            maxTasks: 50, rule: .target([TargetMetric(metric: .busy, value: 10)]))
        var scaler = Scaler(policy: policy, now: start)
        var (second, waiting) = (0.0, 0.0)
        func decide(rate: Double, seconds: Int) -> Decision? {
            var decision: Decision?
            for _ in 0..<seconds {
                second += 1
                let left = min(waiting + rate, 4 * 7 / 0.2)
                waiting += rate - left
                scaler.update(counts(4), now: at(second))
                scaler.ingest(
                    FleetTotals(
                        tasks: 4, busy: left * 0.2 + waiting, active: 0, requestsPerSecond: rate),
                    now: at(second))
                decision = scaler.decide(now: at(second))
            }
            return decision
        }
        let words =
            /; full tasks serve only 7(\.\d+)? requests at once, less than the target of 10$/
        for period in 0...2 {
            let decision = decide(rate: 100, seconds: 90)
            #expect(decision?.reason.contains(words) == (period == 2))
            let demand = decision?.inputs.demand ?? 0
            #expect(abs(demand - (period == 2 ? 20.0 / 7 : 2)) < 0.1)
            _ = decide(rate: 150, seconds: 25)
        }
    }
}
