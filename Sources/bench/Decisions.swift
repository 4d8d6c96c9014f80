import Foundation
import Scaling
import Simulation

/// `bench decisions`: our defaults with scale-in, one configuration for every trace, next to the
/// others, each tuned to spend the task-hours we spend.
struct Decisions {
    private let directory: String
    private let only: [String]?
    /// Only these rows of `DecisionsSpan`, and not the others.
    private let spans: [DecisionsSpan]

    init(_ options: [String]) {
        func value(_ name: String) -> String? {
            options.firstIndex(of: name).flatMap {
                $0 + 1 < options.count ? options[$0 + 1] : nil
            }
        }
        directory = value("--traces") ?? "../shared/traces"
        only = value("--only").map { $0.split(separator: ",").map(String.init) }
        spans = value("--span").flatMap(DecisionsSpan.init(rawValue:)).map { [$0] } ?? []
    }

    func run() throws -> Bool {
        var rows: [BenchRow] = []
        var panels: [DecisionsFrontier.Panel] = []
        let cases = try DecisionsCase.all(in: directory).filter { only?.contains($0.name) ?? true }
        for peak in [50.0, 500] {
            for item in cases where item.goals != nil && spans.isEmpty {
                let began = Date()
                rows += measure(item, peakTasks: peak)
                if peak == 50 { panels.append(frontier(item)) }
                note("\(item.name), \(Int(peak)) tasks: \(Int(Date().timeIntervalSince(began))) s")
            }
        }
        rows += DecisionsBounds(
            spans: spans.isEmpty ? DecisionsSpan.allCases : spans, note: note
        ).rows(cases)
        let met = try BenchReport(name: "decisions", rows: rows).publish()
        guard !panels.isEmpty else { return met }
        let path = ".build/bench/decisions-frontier.svg"
        try DecisionsFrontier.svg(panels).write(toFile: path, atomically: true, encoding: .utf8)
        print("the frontiers are drawn in \(path)")
        return met
    }

    private func note(_ words: String) {
        FileHandle.standardError.write(Data("\(words)\n".utf8))
    }

    /// No bound is near: ten times the peak, up to what ECS allows.
    static func model(_ peakTasks: Double) -> ServiceModel {
        var model = ServiceModel()
        model.maxTasks = min(5_000, Int(peakTasks * 10))
        return model
    }

    static func ours(
        _ workload: Workload, _ model: ServiceModel, _ caution: Caution = .balanced
    ) -> Outcome {
        var policy = SimulateCommand.defaultPolicy
        policy.maxTasks = model.maxTasks
        policy.sizing = .learnt(caution)
        return Run.run(
            OurScaler(policy: policy), on: workload, model: model, seed: Run.startSeed
        ).outcome
    }

    private func measure(_ item: DecisionsCase, peakTasks: Double) -> [BenchRow] {
        guard let goals = item.goals else { return [] }
        let model = Self.model(peakTasks)
        let workload = item.workload(peakTasks: peakTasks, model: model)
        let ours = Self.ours(workload, model)
        let peers = Self.peers(ours, workload, model, peakTasks)
        let oracle = PeerTuning.oracle(
            overloadedSeconds: ours.overloadedSeconds, on: workload, model: model
        ).outcome
        let fair = peers.filter { $0.spends(ours.taskHours) }
        return DecisionsRows(
            goals: goals, title: "\(item.name), \(Int(peakTasks)) tasks", ours: ours, peers: peers,
            fair: fair.isEmpty ? peers : fair, oracle: oracle
        ).rows
    }

    /// Each given what we spend.
    static func peers(
        _ ours: Outcome, _ workload: Workload, _ model: ServiceModel, _ peakTasks: Double
    ) -> [PeerTuning.Result] {
        Peer.allCases.flatMap { peer in
            peer.signals.map {
                PeerTuning.match(
                    peer, $0, taskHours: ours.taskHours, on: workload, model: model,
                    peakTasks: peakTasks)
            }
        }
    }

    private func frontier(_ item: DecisionsCase) -> DecisionsFrontier.Panel {
        let model = Self.model(50)
        let workload = item.workload(peakTasks: 50, model: model)
        var panel = DecisionsFrontier.Panel(title: "\(item.name), 50 tasks")
        for caution in [3.0, 7, 20, 70] {
            panel.add("ours", Self.ours(workload, model, Caution(caution)))
        }
        for peer in Peer.allCases where peer.hasKnob {
            for signal in peer.signals {
                for utilization in [0.95, 0.75, 0.6, 0.45, 0.3] {
                    let outcome = peer.run(
                        signal, utilization: utilization, on: workload, model: model,
                        peakTasks: 50
                    ).outcome
                    panel.add("\(peer.rawValue) \(signal.rawValue)", outcome)
                }
            }
        }
        for safety in stride(from: 0.0, through: 4, by: 1) {
            let outcome = Oracle.run(
                workload, model: model, windowSeconds: 11, safety: safety
            ).outcome
            panel.add("oracle", outcome)
        }
        return panel
    }
}

/// What is claimed of one trace at one size.
private struct DecisionsRows {
    let goals: DecisionsCase.Goals
    let title: String
    let ours: Outcome
    let peers: [PeerTuning.Result]
    let fair: [PeerTuning.Result]
    let oracle: Outcome

    var rows: [BenchRow] {
        [
            row("overloaded", fair, unit: "s", goal: goals.overloaded) { $0.overloadedSeconds },
            row("delayed", fair, unit: "requests", goal: goals.delayed) { $0.delayedRequests },
            BenchRow(
                name: "\(title), task-hours at the same overload", ours: ours.taskHours,
                peer: oracle.taskHours, peerName: "oracle", unit: "h", goal: goals.hours),
            row(
                "overloaded, ECS", peers.filter(\.peer.isTargetTracking), unit: "s", goal: 0.25
            ) { $0.overloadedSeconds },
            row(
                "starts a day", fair.filter { $0.peer == .knative }, unit: "starts", goal: 1
            ) { $0.startsPerDay },
        ]
    }

    /// Against the best of the peers; less than one of a unit is counted as one.
    private func row(
        _ name: String, _ peers: [PeerTuning.Result], unit: String, goal: Double,
        _ value: (Outcome) -> Double
    ) -> BenchRow {
        let best = peers.min { value($0.outcome) < value($1.outcome) }
        let words = best.map { best in
            let percent = Int((best.utilization * 100).rounded())
            let spends = best.spends(ours.taskHours)
            let hours = spends ? "" : ", \(Int(best.outcome.taskHours)) h"
            return best.peer.hasKnob
                ? "\(best.peer.rawValue) on \(best.signal.rawValue) at \(percent) %\(hours)"
                : best.peer.rawValue
        }
        return BenchRow(
            name: "\(title), \(name)", ours: value(ours),
            peer: max(1, best.map { value($0.outcome) } ?? 1), peerName: words ?? "nobody",
            unit: unit, goal: goal)
    }
}
