import Telemetry

/// What one task last told of its CPU and memory, in thousandths of a percent of its limits.
///
/// An agent asks for statistics once a second, so that a window shorter than that, or one whose
/// answer came late, carries none: the last ones hold for `Limits.usageKeptMs`.
struct TaskUsage: Equatable, Sendable {
    private var cpuNewest: Reading?
    private var cpuBefore: Reading?
    private var memoryNewest: Reading?

    private struct Reading: Equatable, Sendable {
        var value: Int64
        var ageMs = 0

        func aged(byMs span: Int) -> Reading? {
            let age = ageMs + min(span, Limits.usageKeptMs + 1)
            return age > Limits.usageKeptMs ? nil : Reading(value: value, ageMs: age)
        }
    }

    /// The mean of the last two: ECS renews the statistics about once a second too, so that a time
    /// in which they were not renewed shows nothing, and the next one twice as much.
    var cpu: Int64? {
        guard let cpuNewest else { return nil }
        guard let cpuBefore else { return cpuNewest.value }
        return (cpuNewest.value + cpuBefore.value) / 2
    }

    var memory: Int64? { memoryNewest?.value }

    /// Takes in a report's windows, oldest first.
    mutating func take(_ windows: [Window]) {
        for window in windows {
            cpuNewest = cpuNewest?.aged(byMs: window.lengthMs)
            cpuBefore = cpuBefore?.aged(byMs: window.lengthMs)
            memoryNewest = memoryNewest?.aged(byMs: window.lengthMs)
            if let percent = window.usage?.taskCPU {
                cpuBefore = cpuNewest
                cpuNewest = Reading(value: thousandths(percent))
            }
            if let percent = window.usage?.taskMemory {
                memoryNewest = Reading(value: thousandths(percent))
            }
        }
    }
}
