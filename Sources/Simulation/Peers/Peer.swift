/// The others, each with its defaults and one knob: how full it lets a task be.
package enum Peer: String, CaseIterable, Sendable {
    case sample
    case sampleMended = "sample-mended"
    case ecs60 = "ecs-60s"
    case ecs20 = "ecs-20s"
    case hpa
    case knative
    case keda
    case cloudRun = "cloud-run"

    /// What it may be given.
    package var signals: [PeerSignal] {
        switch self {
        case .sample, .sampleMended: [.busy]
        case .ecs60: [.cpu, .requestsPerSecond]
        case .ecs20: [.cpu, .requestsPerSecond]
        case .hpa: [.cpu, .requestsPerSecond, .busy]
        case .knative: [.busy, .requestsPerSecond]
        case .keda: [.requestsPerSecond]
        case .cloudRun: [.busy, .cpu]
        }
    }

    /// The sample has no knob that spends more or less.
    package var hasKnob: Bool {
        self != .sample && self != .sampleMended
    }

    package var isTargetTracking: Bool {
        self == .ecs60 || self == .ecs20
    }

    /// Runs it over a workload, with `utilization` of a task as its target.
    ///
    /// The sample's counts of 2 to 20 tasks are stretched to the service's size, `peakTasks`, and
    /// its 100 connections stand for a task that is full.
    package func run(
        _ signal: PeerSignal, utilization: Double, on workload: Workload, model: ServiceModel,
        peakTasks: Double, samplesMax: Int = 0
    ) -> PeerRun {
        let target = signal.full(model) * utilization
        func run(_ policy: some Autoscaler) -> PeerRun {
            let result = Run.run(
                policy, on: workload, model: model, seed: Run.startSeed, samplesMax: samplesMax)
            return PeerRun(
                outcome: result.outcome, firstHour: result.firstHour, samples: result.samples)
        }
        switch self {
        case .sample, .sampleMended:
            return run(
                SampleLoop(
                    form: self == .sample ? .asWritten : .mended,
                    thresholds: model.concurrency / 100, tasks: max(1, peakTasks / 20)))
        case .ecs60: return run(TargetTracking(periodSeconds: 60, signal: signal, target: target))
        case .ecs20: return run(TargetTracking(periodSeconds: 20, signal: signal, target: target))
        case .hpa: return run(HorizontalPodAutoscaler(signal: signal, target: target))
        case .keda:
            return run(
                HorizontalPodAutoscaler(
                    name: rawValue, signal: signal, target: target, metricSeconds: 30))
        case .cloudRun: return run(CloudRun(signal: signal, target: target))
        case .knative: return run(Knative(signal: signal, target: target))
        }
    }
}

/// What a peer's run came to.
package struct PeerRun: Sendable {
    package var outcome: Outcome
    package var firstHour: Outcome?
    package var samples: [Sample]
}
