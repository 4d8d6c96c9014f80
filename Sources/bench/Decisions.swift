import Foundation
import Scaling
import Simulation

/// `bench decisions`: our defaults with scale-in, one configuration for every trace, next to the
/// others, each tuned to spend the task-hours we spend.
struct Decisions {
    private let directory: String
    private let only: [String]?

    init(_ options: [String]) {
        func value(_ name: String) -> String? {
            options.firstIndex(of: name).flatMap {
                $0 + 1 < options.count ? options[$0 + 1] : nil
            }
        }
        directory = value("--traces") ?? "../shared/traces"
        only = value("--only").map { $0.split(separator: ",").map(String.init) }
    }

    func run() throws -> Bool {
        var rows: [BenchRow] = []
        var panels: [DecisionsFrontier.Panel] = []
        let cases = try DecisionsCase.all(in: directory).filter { only?.contains($0.name) ?? true }
        for peak in [50.0, 500] {
            for item in cases {
                let began = Date()
                rows += measure(item, peakTasks: peak)
                if peak == 50 { panels.append(frontier(item)) }
                note("\(item.name), \(Int(peak)) tasks: \(Int(Date().timeIntervalSince(began))) s")
            }
        }
        let met = try BenchReport(name: "decisions", rows: rows).publish()
        let path = ".build/bench/decisions-frontier.svg"
        try DecisionsFrontier.svg(panels).write(toFile: path, atomically: true, encoding: .utf8)
        print("the frontiers are drawn in \(path)")
        return met
    }

    private func note(_ words: String) {
        FileHandle.standardError.write(Data("\(words)\n".utf8))
    }

    /// No bound is near: ten times the peak, up to what ECS allows.
    private func model(_ peakTasks: Double) -> ServiceModel {
        var model = ServiceModel()
        model.maxTasks = min(5_000, Int(peakTasks * 10))
        return model
    }

    private func ours(
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
        let model = model(peakTasks)
        let workload = item.workload(peakTasks: peakTasks, model: model)
        let ours = ours(workload, model)
        let peers = Peer.allCases.flatMap { peer in
            peer.signals.map {
                PeerTuning.match(
                    peer, $0, taskHours: ours.taskHours, on: workload, model: model,
                    peakTasks: peakTasks)
            }
        }
        let oracle = PeerTuning.oracle(
            overloadedSeconds: ours.overloadedSeconds, on: workload, model: model
        ).outcome
        let fair = peers.filter { $0.spends(ours.taskHours) }
        return DecisionsRows(
            item: item, title: "\(item.name), \(Int(peakTasks)) tasks", ours: ours, peers: peers,
            fair: fair.isEmpty ? peers : fair, oracle: oracle
        ).rows
    }

    private func frontier(_ item: DecisionsCase) -> DecisionsFrontier.Panel {
        let model = model(50)
        let workload = item.workload(peakTasks: 50, model: model)
        var panel = DecisionsFrontier.Panel(title: "\(item.name), 50 tasks")
        for caution in [3.0, 7, 20, 70] {
            panel.add("ours", ours(workload, model, Caution(caution)))
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
    let item: DecisionsCase
    let title: String
    let ours: Outcome
    let peers: [PeerTuning.Result]
    let fair: [PeerTuning.Result]
    let oracle: Outcome

    var rows: [BenchRow] {
        [
            row("overloaded", fair, unit: "s", goal: item.overloadedGoal) { $0.overloadedSeconds },
            row("delayed", fair, unit: "requests", goal: item.delayedGoal) { $0.delayedRequests },
            BenchRow(
                name: "\(title), task-hours at the same overload", ours: ours.taskHours,
                peer: oracle.taskHours, peerName: "oracle", unit: "h", goal: item.hoursGoal),
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
