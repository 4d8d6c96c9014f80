import Foundation
import Platform
import Values

/// What was measured in a drill, and whether it is as it should be.
struct DrillResult {
    var measured: String
    var holds: Bool
}

struct Drill: Sendable {
    let name: String
    /// Whether it is short enough for every run of the tests.
    var isFast = false
    let run: @Sendable (Drills) throws -> DrillResult
}

/// `bench drills [fast] [NAME…]`: faults and attacks against the built aggregator, with real
/// processes on loopback; prints what held.
///
/// Goals: memory of 200 MB at most throughout; agents' reports answered within 50 ms, their median
/// within 5, none shed while strangers remain; the first raise within a second of what it takes in
/// calm, an outage's own length taken off.
final class Drills {
    static let memoryMaxMB = 200
    static let answerMsMax = 50.0
    static let medianMsMax = 5.0
    static let raiseLagMax = 1.0

    private let names: [String]
    private let isFast: Bool
    /// Seconds of the first raise in calm.
    private(set) var calmRaise = 0.1
    private var hasDied = false

    init(_ arguments: [String]) {
        isFast = arguments.contains("fast")
        names = arguments.filter { $0 != "fast" }
    }

    func run() throws -> Bool {
        try Machine.takeDescriptors(atLeast: 14_000)
        signal(SIGPIPE, SIG_IGN)
        var allHold = true
        for drill in Self.calm + Self.floods + Self.silencing + Self.lying + Self.ecs
            + Self.around
        {
            guard
                names.isEmpty
                    ? (drill.isFast || !isFast) : names.contains(where: drill.name.contains)
            else { continue }
            var result: DrillResult
            do {
                result = try drill.run(self)
            } catch {
                result = DrillResult(measured: "\(error)", holds: false)
            }
            if DrillProgram.isSanitized { result.holds = !hasDied }
            allHold = allHold && result.holds
            let name = drill.name.padding(toLength: 46, withPad: " ", startingAt: 0)
            StandardStream.output.write(
                "\(result.holds ? "ok   " : "FAULT")  \(name) \(result.measured)\n")
        }
        return allHold
    }

    func noteCalm(_ seconds: Double) { calmRaise = seconds }

    // MARK: Steps that drills share

    /// Lets ten agents' load grow ten-fold, and says when ECS is first asked for more.
    func surge(
        _ world: DrillWorld, _ agents: DrillAgents, to busy: Int = 50,
        within span: Duration = .seconds(15)
    ) -> (text: String, holds: Bool, seconds: Double?) {
        let before = world.ecs.desired("web")
        let begin = MonotonicClock.now()
        agents.setBusy(busy)
        let seconds = world.raise(above: before, since: begin, within: span)
        guard let seconds else { return ("no raise in \(span)", false, nil) }
        return (
            "first raise \(Self.number(seconds)) s", seconds <= calmRaise + Self.raiseLagMax,
            seconds
        )
    }

    func memory(_ world: DrillWorld) -> (text: String, holds: Bool) {
        if !world.isAlive { hasDied = true }
        return ("\(world.megabytesMax) MB", world.megabytesMax <= Self.memoryMaxMB && world.isAlive)
    }

    func answers(_ agents: DrillAgents) -> (text: String, holds: Bool) {
        let tally = agents.takeTally()
        let most = tally.latenciesMs.max() ?? .nan
        return (
            "reports ≤ \(Self.number(most)) ms, median \(Self.number(tally.median)),"
                + " \(tally.shed) shed, \(tally.lost) lost of \(tally.latenciesMs.count)",
            most <= Self.answerMsMax && tally.median <= Self.medianMsMax && tally.shed == 0
                && tally.lost == 0
        )
    }

    /// The first reports are in, and ECS has answered.
    func settle(_ agents: DrillAgents) {
        usleep(2_500_000)
        _ = agents.takeTally()
    }

    static func number(_ value: Double) -> String { String(format: "%.2f", value) }

    static func all(_ parts: (text: String, holds: Bool)...) -> DrillResult {
        DrillResult(
            measured: parts.map(\.text).joined(separator: "; "), holds: parts.allSatisfy(\.holds))
    }
}
