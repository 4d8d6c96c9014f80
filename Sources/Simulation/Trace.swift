/// A rate over time, one value a second, in any unit until it is scaled.
package struct Trace: Sendable {
    package let name: String
    package var rates: [Float]

    package init(name: String, rates: [Float]) {
        self.name = name
        self.rates = rates
    }

    /// A recording's gaps, runs of at least `seconds` zeros, bridged by straight lines.
    package func bridgingGaps(ofSeconds seconds: Int) -> Trace {
        var trace = self
        var index = 0
        while index < rates.count {
            guard rates[index] == 0 else {
                index += 1
                continue
            }
            var end = index
            while end < rates.count, rates[end] == 0 { end += 1 }
            if end - index >= seconds {
                let before = index > 0 ? rates[index - 1] : (end < rates.count ? rates[end] : 0)
                let after = end < rates.count ? rates[end] : before
                for gap in index..<end {
                    let share = Float(gap - index + 1) / Float(end - index + 1)
                    trace.rates[gap] = before + (after - before) * share
                }
            }
            index = end
        }
        return trace
    }

    /// Means of blocks of `seconds`, joined by straight lines from middle to middle, so that a
    /// trace of few requests can be scaled up: what is multiplied is the rate, not the dice.
    ///
    /// A moving mean would not do: each single request would be a jump of the rate on its way in
    /// and another on its way out, and scaled up a jump of many requests a second that never was.
    package func smoothed(overSeconds seconds: Int) -> Trace {
        guard seconds > 1, !rates.isEmpty else { return self }
        let means = stride(from: 0, to: rates.count, by: seconds).map { begin in
            let block = rates[begin..<min(begin + seconds, rates.count)]
            return block.reduce(0, +) / Float(block.count)
        }
        var trace = self
        for index in rates.indices {
            let place = (Float(index % seconds) + 0.5) / Float(seconds) - 0.5
            let block = index / seconds
            let near = place < 0 ? max(0, block - 1) : min(means.count - 1, block + 1)
            trace.rates[index] = means[block] + (means[near] - means[block]) * abs(place)
        }
        return trace
    }

    /// Scaled so that the peak of the rate needs that many tasks, in requests per second.
    package func scaled(toPeakTasks tasks: Double, model: ServiceModel) -> Trace {
        let peak = rates.max() ?? 0
        guard peak > 0 else { return self }
        return scaled(by: tasks * model.requestsPerSecondPerTask / Double(peak))
    }

    package func scaled(by factor: Double) -> Trace {
        Trace(name: name, rates: rates.map { Float(Double($0) * factor) })
    }
}
