import FargateLocal
import Foundation
import Platform

/// How fast, and how far, a fleet is raised whose nginx cannot say what it needs; and whether it is
/// left alone when nginx or the agent falls silent without load.
///
/// Two tasks of a quarter vCPU run with real nginx. A surge of 4 to 10 times what they hold comes
/// from wrk, straight to each task; what is ordered does not start before the surge ends, as on
/// Fargate. Each repetition has a fleet and an aggregator of its own, without headroom: it orders
/// what the load is worth. The sample's loop watches the same surges.
struct Saturation {
    private var repeats = 10
    private var cases = SaturationCase.all
    private var alarms = FalseAlarm.allCases
    private var places: SaturationScene.Places

    /// In seconds, and as a factor of what the surge needs.
    private static let firstRaiseMax = 1.0
    private static let missMax = 1.5
    private static let ofPeerMax = 0.5
    private static let usage =
        "saturation [--repeats 10] [--cases NAME,NAME] [--learnt]"
        + " [--aggregator PATH] [--agent PATH]"

    init(_ arguments: [String]) throws {
        var rest = arguments
        func value(_ name: String) -> String? {
            guard let index = rest.firstIndex(of: name), index + 1 < rest.count else { return nil }
            defer { rest.removeSubrange(index...index + 1) }
            return rest[index + 1]
        }
        repeats = value("--repeats").flatMap(Int.init) ?? repeats
        places = SaturationScene.Places(
            aggregator: value("--aggregator") ?? Saturation.program("aggregator"),
            agent: value("--agent"))
        if let index = rest.firstIndex(of: "--learnt") {
            rest.remove(at: index)
            places.headroomPercent = nil
        }
        if let names = value("--cases")?.split(separator: ",").map(String.init) {
            cases = cases.filter { names.contains($0.name) }
            alarms = alarms.filter { names.contains($0.rawValue) }
            guard cases.count + alarms.count == names.count else {
                let known = SaturationCase.all.map(\.name) + FalseAlarm.allCases.map(\.rawValue)
                throw BenchError("the cases are \(known.joined(separator: ", "))")
            }
        }
        guard rest.isEmpty, repeats > 0 else { throw BenchError(Self.usage) }
    }

    private static func program(_ name: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: name).path
    }

    /// Runs the cases and publishes; gives whether every goal is met.
    func run() throws -> Bool {
        guard try LocalFargate.allowsIsolation() else {
            print(
                "saturation: skipped: tasks cannot have a network and a CPU group of their own here"
            )
            return true
        }
        var rows: [BenchRow] = []
        for wanted in cases { rows += try surges(wanted) }
        for alarm in alarms { rows.append(try falseAlarms(alarm)) }
        return try BenchReport(name: "saturation", rows: rows).publish()
    }

    private func surges(_ wanted: SaturationCase) throws -> [BenchRow] {
        let template = try TaskTemplate(wanted)
        var surges: [SaturationSurge] = []
        for number in 1...repeats {
            let scene = try SaturationScene(
                wanted, template: template, places, startDelay: SaturationSurge.startDelay)
            let surge = try SaturationSurge(wanted, scene, wrk: places.wrk)
            try scene.keepLogs(as: ".build/bench/saturation/\(wanted.name)-\(number)")
            print(
                "\(wanted.name) \(number): first raise \(Self.words(surge.firstRaise)),"
                    + " \(surge.count) of \(wanted.tasksNeeded) tasks (\(surge.calls)),"
                    + " the sample's loop \(Self.words(surge.peerRaise))")
            surges.append(surge)
        }
        let never = SaturationSurge.length
        let raises = surges.map { $0.firstRaise ?? never }
        return [
            BenchRow(
                name: "\(wanted.words): first raise, worst of \(repeats)",
                ours: raises.max() ?? never, peer: Self.firstRaiseMax, peerName: "the goal",
                unit: "s", goal: 1),
            BenchRow(
                name: "\(wanted.words): first raise, median of \(repeats)",
                ours: ReactionResults.quantile(raises, 0.5),
                peer: ReactionResults.quantile(surges.map { $0.peerRaise ?? never }, 0.5),
                peerName: "the sample's loop, \(Self.words(never)) for never", unit: "s",
                goal: Self.ofPeerMax),
            BenchRow(
                name: "\(wanted.words): count misses the need by, worst of \(repeats)",
                ours: surges.map { $0.miss(of: wanted.tasksNeeded) }.max() ?? .infinity,
                peer: Self.missMax, peerName: "the goal", unit: "×", goal: 1),
        ]
    }

    private func falseAlarms(_ alarm: FalseAlarm) throws -> BenchRow {
        let calm = SaturationCase(name: alarm.rawValue, words: alarm.words, clients: 4)
        let template = try TaskTemplate(calm)
        var counts: [Int] = []
        for number in 1...repeats {
            let scene = try SaturationScene(
                calm, template: template, places, startDelay: .seconds(1))
            counts.append(try alarm.watch(scene))
            try scene.keepLogs(as: ".build/bench/saturation/\(alarm.rawValue)-\(number)")
            print("\(alarm.rawValue) \(number): \(counts[counts.count - 1]) tasks at the most")
        }
        return BenchRow(
            name: "\(alarm.words): tasks asked for, most of \(repeats)",
            ours: Double(counts.max() ?? 0), peer: Double(SaturationScene.tasks),
            peerName: "what the load is worth", unit: "tasks", goal: 1)
    }

    private static func words(_ seconds: Double?) -> String {
        seconds.map { "\(($0 * 1000).rounded() / 1000) s" } ?? "never"
    }
}
