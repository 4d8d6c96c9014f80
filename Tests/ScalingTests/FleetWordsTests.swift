import Telemetry
import Testing
import Values

@testable import Scaling

@Suite("One task's word is bounded, a fleet's is believed")
struct FleetWordsTests {
    private func scaler(_ tasks: Int, busy: Double, max: Int = 200) -> Scaler {
        var scaler = Scaler(policy: plainPolicy(max: max), now: start)
        scaler.update(counts(tasks), now: start)
        for second in 1...3 {
            scaler.reports(0..<tasks, UInt64(second), busy: busy, at: at(Double(second)))
        }
        return scaler
    }

    @Test("One of 11 says busy 10⁸: it counts as ten tasks, and it is said", arguments: [1, 60])
    func liar(seconds: Int) {
        var scaler = scaler(11, busy: 9)
        for second in 4..<(4 + seconds) {
            scaler.reports(0..<10, UInt64(second), busy: 9, at: at(Double(second)))
            _ = scaler.ingest(
                report(10, UInt64(second), busy: 99_999_999), now: at(Double(second)))
        }
        let decision = scaler.decide(now: at(Double(3 + seconds)))
        #expect(decision.to == 19, "\(decision.reason)")
        #expect(decision.reason.contains("1 task reports"), "\(decision.reason)")
        #expect(decision.inputs.overstatedBusy > 99_000_000)
    }

    @Test("A ten-fold surge on all tasks is believed as soon as a quarter of them say so")
    func surge() {
        var scaler = scaler(12, busy: 9)
        for task in 0..<3 { _ = scaler.ingest(report(task, 4, busy: 150), now: at(3.1)) }
        #expect(scaler.decide(now: at(3.1)).to > 30)
        _ = scaler.ingest(report(3, 4, busy: 150), now: at(3.11))
        #expect(scaler.decide(now: at(3.11)).inputs.load == 4 * 150 + 8 * 9)
        for task in 4..<12 { _ = scaler.ingest(report(task, 4, busy: 150), now: at(3.2)) }
        #expect(scaler.decide(now: at(3.2)).to == 180)
    }

    @Test("A lone task is believed")
    func lone() {
        var scaler = scaler(1, busy: 9)
        _ = scaler.ingest(report(0, 4, busy: 900), now: at(4))
        #expect(scaler.decide(now: at(4)).to == 90)
    }

    @Test("A hot task counts up to ten times its target")
    func hot() {
        var scaler = scaler(8, busy: 5)
        _ = scaler.ingest(report(0, 4, busy: 90), now: at(4))
        let decision = scaler.decide(now: at(4))
        #expect(decision.inputs.load == 125 && decision.inputs.overstatedBusy == 0)
    }

    @Test("A saturated liar is bounded as well")
    func saturatedLiar() {
        var scaler = scaler(11, busy: 9)
        let lie = witnessed(0, 4, .saturated, established: 1_000_000, unread: 1_000_000)
        _ = scaler.ingest(lie, now: at(4))
        #expect(scaler.decide(now: at(4)).to == 19)
    }

    @Test("The order of reports does not matter, nor does what a task said before it took it back")
    func order() {
        for seed in UInt64(1)...50 {
            var dice = SeededRandom(seed: seed)
            var one = scaler(9, busy: 9)
            var other = one
            var reports = (0..<9).map { task in
                report(task, 4, busy: Double(Int.random(in: 0...9, using: &dice) * 60))
            }
            for report in reports { _ = one.ingest(report, now: at(4)) }
            reports.shuffle(using: &dice)
            for report in reports { _ = other.ingest(report, now: at(4)) }
            #expect(one.decide(now: at(4)) == other.decide(now: at(4)), "seed \(seed)")
            one.reports(0..<9, 5, busy: 9, at: at(5))
            #expect(one.decide(now: at(5)).inputs.load == 81, "seed \(seed)")
        }
    }
}
