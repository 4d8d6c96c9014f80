import AgentCore
import Telemetry
import Testing

@Suite struct WindowBacklogTests {
    private func window(_ second: Int, busy: Int = 1) -> Window {
        let gauge = GaugeSummary(min: busy, mean: Double(busy), max: busy, last: busy)
        return Window(
            startMs: Int64(second) * 1000, lengthMs: 1000, samples: 20, failed: 0, restarts: 0,
            gauges: WindowGauges(active: gauge, busy: gauge, waiting: gauge),
            counters: WindowCounters(spanMs: 1000, accepts: 1, handled: 1, requests: 10))
    }

    @Test func afterAnHourTheWholeHourIsThereCoarsely() {
        var backlog = WindowBacklog()
        for second in 0..<3600 { backlog.append(window(second, busy: second == 1234 ? 99 : 1)) }
        let windows = backlog.windows
        #expect(windows.count == AgentLimits.windowsMax)
        #expect(windows.map(\.lengthMs).reduce(0, +) == 3_600_000)
        #expect(windows.map(\.samples).reduce(0, +) == 72_000)
        #expect(windows.compactMap(\.counters).map(\.requests).reduce(0, +) == 36_000)
        #expect(windows.compactMap(\.gauges).map(\.busy.max).max() == 99, "a peak is not lost")
        for (earlier, later) in zip(windows, windows.dropFirst()) {
            #expect(earlier.startMs + Int64(earlier.lengthMs) == later.startMs)
        }
        #expect(windows.suffix(AgentLimits.windowsWholeMax).allSatisfy { $0.lengthMs == 1000 })
        #expect(windows.allSatisfy { $0.lengthMs <= 240_000 }, "no part of it is a blur")
    }

    @Test func anHoursReportFitsTheAggregatorsLimits() {
        var backlog = WindowBacklog()
        for second in 0..<3600 { backlog.append(window(second, busy: second)) }
        var encoder = ReportEncoder()
        let identity = TaskIdentity(
            taskARN: "arn:aws:ecs:eu-west-1:1:task/demo/ab", cluster: "demo", service: "shop",
            family: "web", revision: "7", availabilityZone: "eu-west-1a")
        let report = Report(
            identity: identity, bootID: 1, sequence: 1, state: .running,
            windows: backlog.takeAll())
        #expect(encoder.encode(report).count < 64 * 1024)
        #expect(backlog.isEmpty)
    }

    @Test func withinItsBudgetNothingMerges() {
        var backlog = WindowBacklog(windowsMax: 6, wholeMax: 2)
        for second in 0..<6 { backlog.append(window(second)) }
        #expect(backlog.merges == 0)
        #expect(backlog.windows.count == 6)
        backlog.append(window(6))
        #expect(backlog.windows.map(\.lengthMs) == [2000, 1000, 1000, 1000, 1000, 1000])
    }
}
