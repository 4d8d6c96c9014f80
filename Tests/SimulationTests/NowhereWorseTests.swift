import Scaling
import Testing

@testable import Simulation

/// Kinds of traffic on which a first hour was once lost by far: each is held to the best of the
/// others at the same task-hours.
@Suite struct NowhereWorseTests {
    private static let peak = 40.0
    private static let peers: [(Peer, PeerSignal)] = [
        (.ecs20, .requestsPerSecond), (.hpa, .requestsPerSecond), (.knative, .requestsPerSecond),
    ]

    private static let model: ServiceModel = {
        var model = ServiceModel()
        model.maxTasks = 400
        return model
    }()

    private static func firstHour(_ trace: BuiltInTrace) -> Workload {
        let rates = trace.trace.scaled(toPeakTasks: peak, model: model).rates.prefix(3_600)
        return Workload(name: trace.rawValue, ratePerSecond: Array(rates), model: model, seed: 7)
    }

    private static func ours(_ workload: Workload) -> Outcome {
        var policy = SimulateCommand.defaultPolicy
        policy.maxTasks = model.maxTasks
        return Run.run(
            OurScaler(policy: policy), on: workload, model: model, seed: Run.startSeed
        ).outcome
    }

    /// Bursts out of silence are still lost, by a factor of two.
    @Test(arguments: [(BuiltInTrace.batches, 1.5), (.bursts, 2.5), (.diurnal, 1.1)])
    func theFirstHourIsNotFarBehindTheBestOfTheOthers(trace: BuiltInTrace, most: Double) {
        let workload = Self.firstHour(trace)
        let ours = Self.ours(workload)
        let best =
            Self.peers.map { peer, signal in
                PeerTuning.match(
                    peer, signal, taskHours: ours.taskHours, on: workload, model: Self.model,
                    peakTasks: Self.peak
                ).outcome.overloadedSeconds
            }.min() ?? 0
        #expect(
            ours.overloadedSeconds <= max(best * most, best + 5),
            "\(best) s by the best, \(trace.rawValue), seed \(BuiltInTrace.seed)")
    }

    @Test func arrivalsInBatchesAreNotChased() {
        let workload = Self.firstHour(.batches)
        let ours = Self.ours(workload)
        let knative = PeerTuning.match(
            .knative, .requestsPerSecond, taskHours: ours.taskHours, on: workload,
            model: Self.model, peakTasks: Self.peak
        ).outcome
        #expect(ours.starts * 2 <= knative.starts, "seed \(BuiltInTrace.seed)")
    }
}
