import Foundation
import Simulation

/// The traffic that the decisions are measured on, and what is to be reached on it.
struct DecisionsCase {
    /// Ours over the best peer's, and over the oracle's task-hours.
    struct Goals {
        let overloaded: Double
        let delayed: Double
        let hours: Double
    }

    let name: String
    let trace: Trace
    /// Beyond those that every trace has: nowhere clearly worse than the best peer.
    var goals: Goals?

    /// The recorded traces of a directory, where they are there, and the built-in ones.
    static func all(in directory: String) throws -> [DecisionsCase] {
        try longRecordings(in: directory) + otherRecordings(in: directory)
            + BuiltInTrace.allCases.map(builtIn)
    }

    private static func longRecordings(in directory: String) throws -> [DecisionsCase] {
        var cases: [DecisionsCase] = []
        if let trace = try recorded("twitter-2021-08-days-1-10.txt.gz", in: directory) {
            // The recording has gaps of 5 s and more, and few requests a second.
            cases.append(
                DecisionsCase(
                    name: "twitter",
                    trace: trace.bridgingGaps(ofSeconds: 5).smoothed(overSeconds: 4),
                    goals: Goals(overloaded: 0.5, delayed: 0.4, hours: 1.25)))
        }
        if let trace = try recorded("nasa-1995-first-28-days.txt.gz", in: directory) {
            cases.append(
                DecisionsCase(
                    name: "nasa", trace: trace.smoothed(overSeconds: 60),
                    goals: Goals(overloaded: 0.12, delayed: 0.15, hours: 1.5)))
        }
        return cases
    }

    /// All other traces of the directory, as they are.
    private static func otherRecordings(in directory: String) throws -> [DecisionsCase] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return try files.filter { $0.hasSuffix(".gz") }.sorted().compactMap { file in
            let isLong = file.hasPrefix("twitter-2021-08-") || file.hasPrefix("nasa-1995-")
            guard !isLong, let trace = try recorded(file, in: directory) else { return nil }
            let name = file.prefix { $0 != "." }
            return DecisionsCase(name: String(name), trace: trace)
        }
    }

    private static func builtIn(_ trace: BuiltInTrace) -> DecisionsCase {
        let goals: Goals?
        switch trace {
        case .step, .flashCrowd: goals = Goals(overloaded: 1, delayed: 1, hours: 1.1)
        case .ramps, .slowRamp: goals = Goals(overloaded: 0.5, delayed: 0.25, hours: 1.15)
        case .sawtooth, .diurnal: goals = Goals(overloaded: 1, delayed: 1, hours: 1.3)
        case .batches, .bursts, .blackFriday: goals = nil
        }
        let seed = trace.isDrawn ? " (seed \(BuiltInTrace.seed))" : ""
        return DecisionsCase(name: trace.rawValue + seed, trace: trace.trace, goals: goals)
    }

    private static func recorded(_ file: String, in directory: String) throws -> Trace? {
        let path = "\(directory)/\(file)"
        guard FileManager.default.fileExists(atPath: path) else {
            print("\(path) is not there: measured without it")
            return nil
        }
        return try TraceReader.read(try TraceFile.text(path), name: file).trace
    }

    func workload(
        peakTasks: Double, model: ServiceModel, secondsMost: Int = .max
    ) -> Workload {
        let rates = trace.scaled(toPeakTasks: peakTasks, model: model).rates
        return Workload(
            name: name, ratePerSecond: Array(rates.prefix(secondsMost)), model: model, seed: 7)
    }
}
