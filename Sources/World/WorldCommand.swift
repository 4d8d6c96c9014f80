import Glibc

/// `worlds [--seed N] [--first N] [--years Y] [--seconds S] [--brief] [--all]`: random histories
/// until one fails, or time is over. `--brief` shrinks no failure, `--all` goes on after one.
package enum WorldCommand {
    private static let secondsAYear = 31_536_000.0

    package static func main() {
        let arguments = CommandLine.arguments
        func value(_ name: String) -> Double? {
            arguments.firstIndex(of: name).flatMap {
                $0 + 1 < arguments.count ? Double(arguments[$0 + 1]) : nil
            }
        }
        if let seed = value("--seed") { exit(replay(UInt64(seed))) }
        let goesOn = arguments.contains("--all")
        let isBrief = arguments.contains("--brief")
        let first = value("--first").map { UInt64($0) } ?? 1
        exit(
            search(
                first, years: value("--years") ?? 1, seconds: value("--seconds") ?? 3_600,
                goesOn: goesOn, isBrief: isBrief))
    }

    /// One history, told whole.
    private static func replay(_ seed: UInt64) -> Int32 {
        let script = Script(seed: seed)
        print(script.words)
        var world = World(script)
        guard let violation = world.run() else {
            print("nothing was violated")
            return 0
        }
        tell(violation, of: script)
        return 1
    }

    /// `goesOn` finds the first history of each rule, and counts the others.
    private static func search(
        _ first: UInt64, years: Double, seconds: Double, goesOn: Bool, isBrief: Bool
    ) -> Int32 {
        var found: [String: (first: Violation, seed: UInt64, count: Int)] = [:]
        let begin = clock()
        var simulated = 0.0
        var seed = first
        func used() -> Double { Double(clock() - begin) / Double(CLOCKS_PER_SEC) }
        while simulated < years * secondsAYear, used() < seconds {
            let script = Script(seed: seed)
            var world = World(script)
            if let violation = world.run() {
                guard goesOn else {
                    if isBrief {
                        print("seed \(seed) \(violation.text)")
                    } else {
                        tell(violation, of: script)
                    }
                    return 1
                }
                let before = found[violation.rule]
                found[violation.rule] = (
                    before?.first ?? violation, before?.seed ?? seed, (before?.count ?? 0) + 1
                )
            }
            simulated += script.seconds
            seed += 1
        }
        for (_, item) in found.sorted(by: { $0.value.count > $1.value.count }) {
            print("\(item.count) times, first by seed \(item.seed): \(item.first.text)")
        }
        let days = simulated / 86_400
        print(
            "\(Int(days)) days of one service from seed \(first), \(seed - first) histories,"
                + " \(found.values.reduce(0) { $0 + $1.count }) violated; \(Int(days / max(used(), 0.01) * 60)) days a core-minute"
        )
        return found.isEmpty ? 0 : 1
    }

    private static func tell(_ violation: Violation, of script: Script) {
        print("seed \(script.seed) \(violation.text)")
        var shrinker = Shrinker(script, violation)
        let (short, last) = shrinker.shrink()
        var world = World(short)
        _ = world.run()
        print("the shortest history found:\n\(short.words)\nits end:")
        print(world.diary.suffix(14).joined(separator: "\n"))
        print(last.text)
        print("again: make world SEED=\(script.seed)")
    }
}
