import Foundation
import Simulation

/// The traffic that the decisions are measured on, and what is to be reached on it.
struct DecisionsCase {
    let name: String
    let trace: Trace
    /// Ours over the best peer's, and over the oracle's task-hours.
    let overloadedGoal: Double
    let delayedGoal: Double
    let hoursGoal: Double

    /// The recorded traces of a directory, where they are there, and the built-in ones.
    static func all(in directory: String) throws -> [DecisionsCase] {
        var cases: [DecisionsCase] = []
        if let trace = try recorded("twitter-2021-08-days-1-10.txt.gz", in: directory) {
            // The recording has gaps of 5 s and more, and few requests a second.
            cases.append(
                DecisionsCase(
                    name: "twitter",
                    trace: trace.bridgingGaps(ofSeconds: 5).smoothed(overSeconds: 4),
                    overloadedGoal: 0.5, delayedGoal: 0.4, hoursGoal: 1.25))
        }
        if let trace = try recorded("nasa-1995-first-28-days.txt.gz", in: directory) {
            cases.append(
                DecisionsCase(
                    name: "nasa", trace: trace.smoothed(overSeconds: 60), overloadedGoal: 0.12,
                    delayedGoal: 0.15, hoursGoal: 1.5))
        }
        return cases + BuiltInTrace.allCases.compactMap(builtIn)
    }

    private static func builtIn(_ trace: BuiltInTrace) -> DecisionsCase? {
        let goals: (Double, Double, Double)
        switch trace {
        case .step, .flashCrowd: goals = (1, 1, 1.1)
        case .ramps, .slowRamp: goals = (0.5, 0.25, 1.15)
        case .sawtooth, .diurnal: goals = (1, 1, 1.3)
        case .batches, .bursts: goals = (1.1, 1.1, 3)
        case .blackFriday: return nil
        }
        return DecisionsCase(
            name: trace.rawValue, trace: trace.trace, overloadedGoal: goals.0,
            delayedGoal: goals.1, hoursGoal: goals.2)
    }

    private static func recorded(_ file: String, in directory: String) throws -> Trace? {
        let path = "\(directory)/\(file)"
        guard FileManager.default.fileExists(atPath: path) else {
            print("\(path) is not there: measured without it")
            return nil
        }
        return try TraceReader.read(try TraceFile.text(path), name: file).trace
    }

    func workload(peakTasks: Double, model: ServiceModel) -> Workload {
        Workload(
            name: name, ratePerSecond: trace.scaled(toPeakTasks: peakTasks, model: model).rates,
            model: model, seed: 7)
    }
}
