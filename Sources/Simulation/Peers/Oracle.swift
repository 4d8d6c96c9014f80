/// A policy that knows the future rate: the physical limit to compare with.
///
/// Tasks are ordered early enough to be there in time, so nothing waits for a start; what they cost
/// while they start is billed all the same, so a task stays over a gap that is shorter than a
/// start. It knows the rate, smoothed over `windowSeconds`, and staffs
/// `safety` standard deviations of Poisson arrivals above it (square-root staffing: S. Halfin and
/// W. Whitt, "Heavy-Traffic Limits for Queues with Many Exponential Servers", Operations Research
/// 29(3), 1981).
package struct Oracle: Autoscaler {
    package let name = "oracle"
    private let plan: [Int32]
    private let stepSeconds: Double

    package init(_ workload: Workload, model: ServiceModel, windowSeconds: Double, safety: Double) {
        let half = Int(windowSeconds / workload.stepSeconds / 2)
        let means = Self.centredMeans(workload.work, half: half)
        let noise = 2 * model.workPerRequest / workload.stepSeconds
        var need = means.map { mean -> Int32 in
            let demand = Double(mean) / workload.stepSeconds
            let staffed = demand + safety * (demand * noise).squareRoot()
            return Int32(max(Double(model.minTasks), staffed.rounded(.up)))
        }
        let gap = Int(model.startMedianSeconds / workload.stepSeconds)
        need = Self.closed(need, width: gap)
        plan = need
        stepSeconds = workload.stepSeconds
    }

    package func desired(after observation: Observation) -> Int {
        // What is asked for now serves in the next step.
        let next = Int((observation.second / stepSeconds).rounded())
        return Int(plan[min(next, plan.count - 1)])
    }

    /// The service as an oracle lives in it: a start takes no time, and is paid for.
    package static func model(_ model: ServiceModel) -> ServiceModel {
        var instant = model
        instant.startMedianSeconds = 1e-6
        instant.startSigma = 0
        instant.startRangeSeconds = 0...1
        instant.billedSecondsMin = max(0, model.billedSecondsMin - model.startMedianSeconds)
        return instant
    }

    package static func run(
        _ workload: Workload, model: ServiceModel, windowSeconds: Double, safety: Double,
        samplesMax: Int = 0
    ) -> PeerRun {
        let oracle = Oracle(
            workload, model: model, windowSeconds: windowSeconds, safety: safety)
        let result = Run.run(
            oracle, on: workload, model: Self.model(model), seed: 1, samplesMax: samplesMax)
        func billed(_ outcome: Outcome) -> Outcome {
            var billed = outcome
            billed.taskSeconds += Double(outcome.starts) * model.startMedianSeconds
            return billed
        }
        return PeerRun(
            outcome: billed(result.outcome), firstHour: result.firstHour.map(billed),
            samples: result.samples)
    }

    private static func centredMeans(_ values: [Float], half: Int) -> [Float] {
        guard half > 0 else { return values }
        var sums = [Double](repeating: 0, count: values.count + 1)
        for index in values.indices { sums[index + 1] = sums[index] + Double(values[index]) }
        return values.indices.map { index in
            let low = max(0, index - half)
            let high = min(values.count, index + half + 1)
            return Float((sums[high] - sums[low]) / Double(high - low))
        }
    }

    /// Morphological closing: gaps in a level shorter than `width` are filled.
    static func closed(_ values: [Int32], width: Int) -> [Int32] {
        let dilated = slidingMax(values, width: width)
        return slidingMax(dilated.reversed().map { -$0 }, width: width).reversed().map { -$0 }
    }

    /// The maximum of each value and the `width` before it.
    private static func slidingMax(_ values: [Int32], width: Int) -> [Int32] {
        var queue: [Int] = []
        var head = 0
        var result = values
        for index in values.indices {
            while queue.count > head, values[queue[queue.count - 1]] <= values[index] {
                queue.removeLast()
            }
            queue.append(index)
            if queue[head] + width < index { head += 1 }
            result[index] = values[queue[head]]
        }
        return result
    }
}
