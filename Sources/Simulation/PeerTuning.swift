/// Gives a peer the knob at which it spends as much as we do, so that only the decisions differ.
package enum PeerTuning {
    /// Runs of one search.
    private static let runsMax = 8
    /// How far its task-hours may be from ours, as a share.
    package static let tolerance = 0.02

    package struct Result: Sendable {
        package var peer: Peer
        package var signal: PeerSignal
        package var utilization: Double
        package var outcome: Outcome

        /// Whether it can spend as much.
        package func spends(_ taskHours: Double) -> Bool {
            abs(miss(taskHours) - 1) <= PeerTuning.tolerance
        }

        func miss(_ taskHours: Double) -> Double {
            outcome.taskHours / taskHours
        }

        func utilization(times factor: Double) -> Double {
            min(1.1, max(0.03, utilization * min(2, max(0.5, factor))))
        }
    }

    /// A peer given a signal, at the task-hours nearest to those given.
    package static func match(
        _ peer: Peer, _ signal: PeerSignal, taskHours: Double, on workload: Workload,
        model: ServiceModel, peakTasks: Double
    ) -> Result {
        func run(_ utilization: Double) -> Result {
            let outcome = peer.run(
                signal, utilization: utilization, on: workload, model: model,
                peakTasks: peakTasks
            ).outcome
            return Result(peer: peer, signal: signal, utilization: utilization, outcome: outcome)
        }
        guard peer.hasKnob else { return run(1) }
        let first = workload.workSeconds / 3600 / taskHours * 1.05
        let near = approach(run(min(1, max(0.05, first))), taskHours: taskHours, run)
        if near.spends(taskHours) { return near }
        return scan(near, taskHours: taskHours, run)
    }

    /// Task-hours go about as one over the utilization, where nothing runs away.
    private static func approach(
        _ first: Result, taskHours: Double, _ run: (Double) -> Result
    ) -> Result {
        var best = first
        for _ in 1..<runsMax {
            let miss = best.miss(taskHours)
            if abs(miss - 1) < tolerance / 8 { break }
            let next = run(best.utilization(times: miss))
            guard abs(next.miss(taskHours) - 1) < abs(miss - 1) else { break }
            best = next
        }
        return best
    }

    /// Looks over the whole range for a crossing, from sparing to generous, and halves it.
    private static func scan(
        _ near: Result, taskHours: Double, _ run: (Double) -> Result
    ) -> Result {
        let results = [1.1, 1.0, 0.9, 0.8, 0.65, 0.5, 0.35, 0.2, 0.1].map(run)
        func better(_ a: Result, _ b: Result) -> Result {
            abs(a.miss(taskHours) - 1) <= abs(b.miss(taskHours) - 1) ? a : b
        }
        var best = results.reduce(near, better)
        for (thrifty, generous) in zip(results, results.dropFirst())
        where thrifty.miss(taskHours) <= 1 && generous.miss(taskHours) > 1 {
            var (low, high) = (thrifty, generous)
            for _ in 0..<runsMax where !best.spends(taskHours) {
                let middle = run((low.utilization * high.utilization).squareRoot())
                if middle.miss(taskHours) <= 1 { low = middle } else { high = middle }
                best = better(best, middle)
            }
        }
        return best
    }

    /// The oracle that is overloaded as long as we are, for the least task-hours.
    package static func oracle(
        overloadedSeconds: Double, on workload: Workload, model: ServiceModel
    ) -> (windowSeconds: Double, safety: Double, outcome: Outcome) {
        var best: (windowSeconds: Double, safety: Double, outcome: Outcome)?
        for window in [1.0, 11, 61] {
            var low = -4.0
            var high = 8.0
            var found: (Double, Outcome)?
            for _ in 0..<9 {
                let safety = (low + high) / 2
                let outcome = Oracle.run(
                    workload, model: model, windowSeconds: window, safety: safety
                ).outcome
                if outcome.overloadedSeconds > overloadedSeconds {
                    low = safety
                } else {
                    high = safety
                    found = (safety, outcome)
                }
            }
            guard let found, found.1.taskSeconds < best?.outcome.taskSeconds ?? .infinity else {
                continue
            }
            best = (window, found.0, found.1)
        }
        if let best { return best }
        let outcome = Oracle.run(workload, model: model, windowSeconds: 1, safety: 8).outcome
        return (1, 8, outcome)
    }
}
