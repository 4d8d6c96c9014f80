import Foundation
import Simulation

/// The hours of a trace that a row is about.
enum DecisionsSpan: String, CaseIterable {
    case firstHour = "first-hour"
    case whole
}

/// Rows that say, of all traffic and sizes, in the first hour alone and over all of it: nowhere are
/// we clearly worse than the best of the others at our task-hours.
///
/// What is too little to tell counts as equal: less than 5 s overloaded, less than 0.01 % delayed.
/// The geometric mean over all rows says how far ahead we are.
struct DecisionsBounds {
    private static let peaks = [10.0, 50, 500]
    private static let goal = 1.1
    private static let meanGoal = 0.35
    private static let secondsMin = 5.0
    private static let shareMin = 1e-4
    private static let hourSeconds = 3_600

    let spans: [DecisionsSpan]
    let note: (String) -> Void

    func rows(_ cases: [DecisionsCase]) -> [BenchRow] {
        var rows: [BenchRow] = []
        for item in cases {
            for peak in Self.peaks {
                for span in spans where span == .firstHour || isLong(item) {
                    rows += measure(item, peak, span)
                }
            }
            note("\(item.name), nowhere worse")
        }
        guard !rows.isEmpty else { return [] }
        let mean = exp(rows.map { log($0.ratio) }.reduce(0, +) / Double(rows.count))
        let most = rows.map(\.ratio).max() ?? 0
        note("of \(rows.count) rows \(rows.filter { !$0.met }.count) are above, at most \(most)")
        return rows + [
            BenchRow(
                name: "all traces, sizes and spans, geometric mean", ours: mean, peer: 1,
                peerName: "the best of the others", unit: "times", goal: Self.meanGoal)
        ]
    }

    private func isLong(_ item: DecisionsCase) -> Bool {
        item.trace.rates.count > Self.hourSeconds
    }

    private func measure(
        _ item: DecisionsCase, _ peak: Double, _ span: DecisionsSpan
    ) -> [BenchRow] {
        let model = Decisions.model(peak)
        let workload = item.workload(
            peakTasks: peak, model: model,
            secondsMost: span == .firstHour ? Self.hourSeconds : .max)
        let ours = Decisions.ours(workload, model)
        let peers = Decisions.peers(ours, workload, model, peak)
        let fair = peers.filter { $0.spends(ours.taskHours) }
        let title = "\(item.name), \(Int(peak)) tasks, \(span.rawValue)"
        func row(
            _ name: String, unit: String, least: Double, _ value: (Outcome) -> Double
        ) -> BenchRow {
            let best = (fair.isEmpty ? peers : fair).min { value($0.outcome) < value($1.outcome) }
            let theirs = max(least, best.map { value($0.outcome) } ?? 0)
            let mine = max(least, value(ours))
            let isEqual = value(ours) - theirs < least
            return BenchRow(
                name: "\(title), \(name)", ours: mine, peer: isEqual ? max(mine, theirs) : theirs,
                peerName: best.map { "\($0.peer.rawValue) on \($0.signal.rawValue)" } ?? "nobody",
                unit: unit, goal: Self.goal)
        }
        return [
            row("overloaded", unit: "s", least: Self.secondsMin) { $0.overloadedSeconds },
            row("delayed", unit: "requests", least: Self.shareMin * ours.requests) {
                $0.delayedRequests
            },
        ]
    }
}
