/// Makes the history of a failure short enough for a person to read.
///
/// A failure of half a day with ten incidents says little. Incidents are left out one at a time, as
/// long as the same rule still fails; what is left is what it takes. The world ends where it
/// failed.
package struct Shrinker {
    private static let triesMax = 200
    private var script: Script
    private var violation: Violation
    private var tries = 0

    package init(_ script: Script, _ violation: Violation) {
        self.script = script
        self.violation = violation
    }

    package mutating func shrink() -> (Script, Violation) {
        script.seconds = violation.second + 10
        var isShorter = true
        while isShorter, tries < Self.triesMax {
            isShorter = false
            for index in script.incidents.indices.reversed() {
                var less = script
                less.incidents.remove(at: index)
                if stillFails(less) { isShorter = true }
            }
        }
        var calm = script
        calm.swing = 0
        _ = stillFails(calm)
        return (script, violation)
    }

    private mutating func stillFails(_ candidate: Script) -> Bool {
        tries += 1
        guard tries < Self.triesMax else { return false }
        var world = World(candidate)
        guard let found = world.run(), found.rule == violation.rule else { return false }
        script = candidate
        script.seconds = min(script.seconds, found.second + 10)
        violation = found
        return true
    }
}

extension Script {
    /// The history for a person.
    package var words: String {
        var lines = [
            "seed \(seed): \(Int(meanTasks * 10) / 10) tasks' worth of load at \(Int(target)) a task,"
                + " \(serviceSeconds) s each, min \(policy.minTasks), max \(policy.maxTasks),"
                + " starts with \(initialTasks)",
            "sizing \(policy.sizing), scale-in \(policy.scaleIn.enabled ? "on" : "off"),"
                + " window \(policy.stabilization), out limit"
                + " \(policy.scaleOut.limit.percent.map { "\($0) %" } ?? "none"), cooldown"
                + " \(policy.scaleOut.cooldown), swing \(swing)",
        ]
        lines += incidents.map { "  " + $0.words }
        return lines.joined(separator: "\n")
    }
}
