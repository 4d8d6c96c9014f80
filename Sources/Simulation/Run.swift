/// Runs a policy over a workload.
package enum Run {
    /// Start-up times are drawn from it, the same for every policy.
    package static let startSeed: UInt64 = 3

    /// What a run came to, as a whole and in its first hour, with the policy as it ended.
    package struct Result<Policy: Autoscaler>: Sendable {
        package var policy: Policy
        package var outcome: Outcome
        /// `nil` where the run is not longer.
        package var firstHour: Outcome?
        package var samples: [Sample]
    }

    private static let firstHourSeconds = 3_600.0

    /// The record has about `samplesMax` lines; none is kept for 0.
    package static func run<Policy: Autoscaler>(
        _ policy: Policy, on workload: Workload, model: ServiceModel, seed: UInt64,
        samplesMax: Int = 0, progress: ((Double) -> Void)? = nil
    ) -> Result<Policy> {
        var policy = policy
        let step = workload.stepSeconds
        let initial = initialTasks(workload, model)
        var service = FluidService(
            model: model, stepSeconds: step, initialTasks: initial, seed: seed)
        var firstHour: Outcome?
        var recorder = Recorder(steps: workload.arrivals.count, samplesMax: samplesMax)
        for index in workload.arrivals.indices {
            let second = Double(index + 1) * step
            let work = Double(workload.work[index])
            let observation = service.advance(
                arrivals: Double(workload.arrivals[index]), work: work, second: second)
            let desired = policy.desired(after: observation)
            service.set(desired: desired, second: second)
            recorder.note(observation, demand: work / step)
            if second == firstHourSeconds { firstHour = service.finish(second: second) }
            if let progress, index & 0xFFFF == 0xFFFF {
                progress(Double(index) / Double(workload.arrivals.count))
            }
        }
        var outcome = service.finish(second: workload.seconds)
        outcome.policy = policy.name
        outcome.workload = workload.name
        return Result(
            policy: policy, outcome: outcome,
            firstHour: workload.seconds > firstHourSeconds ? firstHour : nil,
            samples: recorder.samples)
    }

    /// Every policy starts with what the first minute needs, and a third more.
    static func initialTasks(_ workload: Workload, _ model: ServiceModel) -> Int {
        let steps = max(1, min(workload.work.count, Int(60 / workload.stepSeconds)))
        let mean = workload.work[..<steps].reduce(0, +) / Float(steps) / Float(workload.stepSeconds)
        return min(model.maxTasks, max(model.minTasks, Int((mean * 1.33).rounded(.up))))
    }
}

/// Thins a run to the lines of a chart.
struct Recorder {
    private let stride: Int
    private var inSample = 0
    private var demandSum = 0.0
    private var demandMax = 0.0
    private(set) var samples: [Sample] = []

    init(steps: Int, samplesMax: Int) {
        stride = samplesMax > 0 ? max(1, (steps + samplesMax - 1) / samplesMax) : 0
    }

    mutating func note(_ observation: Observation, demand: Double) {
        guard stride > 0 else { return }
        demandSum += demand
        demandMax = max(demandMax, demand)
        inSample += 1
        guard inSample == stride else { return }
        samples.append(
            Sample(
                second: observation.second, demand: demandSum / Double(stride),
                demandMax: demandMax, running: observation.running, desired: observation.desired))
        inSample = 0
        demandSum = 0
        demandMax = 0
    }
}
