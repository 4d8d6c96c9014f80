import Telemetry

/// The windows that no report took yet, within a fixed budget.
///
/// Beyond the budget the two neighbours merge that are shortest together, the oldest of them
/// first, and never the newest windows: after an hour's outage the hour is there as some fifty
/// windows of about a minute each, and the last seconds as they were.
package struct WindowBacklog: Sendable {
    private let windowsMax: Int
    private let wholeMax: Int
    /// Oldest first.
    package private(set) var windows: [Window] = []
    /// Merges since the backlog was last emptied.
    package private(set) var merges = 0

    package init(
        windowsMax: Int = AgentLimits.windowsMax, wholeMax: Int = AgentLimits.windowsWholeMax
    ) {
        precondition(windowsMax - wholeMax >= 2, "two windows are there to be merged")
        self.windowsMax = windowsMax
        self.wholeMax = wholeMax
    }

    package var isEmpty: Bool { windows.isEmpty }

    package mutating func append(_ window: Window) {
        if windows.count == windowsMax { mergeShortest() }
        windows.append(window)
    }

    /// All windows, and the backlog is empty.
    package mutating func takeAll() -> [Window] {
        merges = 0
        let all = windows
        windows.removeAll(keepingCapacity: true)
        return all
    }

    private mutating func mergeShortest() {
        var best = 0
        var bestMs = Int.max
        for index in 0..<(windows.count - wholeMax - 1) {
            let lengthMs = windows[index].lengthMs + windows[index + 1].lengthMs
            if lengthMs < bestMs { (best, bestMs) = (index, lengthMs) }
        }
        windows[best] = windows[best].merged(with: windows[best + 1])
        windows.remove(at: best + 1)
        merges += 1
    }
}
