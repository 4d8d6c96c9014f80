import Glibc

/// Requests as they arrive, step by step, drawn once so that every policy meets the same.
package struct Workload: Sendable {
    package let name: String
    package let stepSeconds: Double
    /// Requests that arrive in a step.
    package let arrivals: [Float]
    /// Task-seconds of work that they bring.
    package let work: [Float]

    /// Draws Poisson arrivals at `ratePerSecond`, one value a step, each request with its own
    /// service time.
    package init(
        name: String, ratePerSecond: [Float], stepSeconds: Double = 1, model: ServiceModel,
        seed: UInt64
    ) {
        self.name = name
        self.stepSeconds = stepSeconds
        var dice = Dice(seed: seed)
        var arrivals = [Float](repeating: 0, count: ratePerSecond.count)
        var work = arrivals
        for step in ratePerSecond.indices {
            let count = dice.poisson(Double(ratePerSecond[step]) * stepSeconds)
            arrivals[step] = Float(count)
            guard count > 0 else { continue }
            let spread = model.serviceVariation / count.squareRoot()
            let mean = max(0.1, 1 + max(-2, min(3, dice.normal())) * min(0.5, spread))
            work[step] = Float(count * model.workPerRequest * mean)
        }
        self.arrivals = arrivals
        self.work = work
    }

    /// Each second in so many steps of even rate.
    package init(
        name: String, ratePerSecond: [Float], stepsPerSecond: Int, model: ServiceModel,
        seed: UInt64
    ) {
        var rates = ratePerSecond
        if stepsPerSecond > 1 {
            rates = ratePerSecond.flatMap { [Float](repeating: $0, count: stepsPerSecond) }
        }
        self.init(
            name: name, ratePerSecond: rates, stepSeconds: 1 / Double(stepsPerSecond),
            model: model, seed: seed)
    }

    /// All of the work, in task-seconds.
    package var workSeconds: Double {
        work.reduce(0) { $0 + Double($1) }
    }

    package var seconds: Double {
        Double(arrivals.count) * stepSeconds
    }
}
