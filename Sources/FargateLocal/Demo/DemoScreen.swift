import Platform
import Values

/// What the demo prints.
struct DemoScreen {
    let target: Int
    private let startedAt = MonotonicClock.now()

    func say(_ text: String) {
        StandardStream.output.write("\(clock())  \(text)\n")
    }

    /// Time, load, desired and running count, with a bar of the load and a mark at what is wanted.
    func line(_ reading: FleetReading, desired: Int, running: Int) {
        let capacity = running * target
        let bar = String(repeating: "#", count: min(reading.busy / 2, Self.barWidth))
        let empty = max(0, min(capacity / 2, Self.barWidth) - bar.count)
        StandardStream.output.write(
            "\(clock())  load \(Self.padded(reading.busy, 4))  desired \(Self.padded(desired, 3))"
                + "  running \(Self.padded(running, 3))  |\(bar)"
                + "\(String(repeating: ".", count: empty))\n")
    }

    private static let barWidth = 50

    private func clock() -> String {
        let tenths = (MonotonicClock.now() - startedAt).wholeMilliseconds / 100
        return "\(Self.padded(Int(tenths / 10), 3)).\(tenths % 10) s"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = "\(number)"
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }

    func summary(_ seen: SurgeObservation, messages: Int) {
        let none = "none"
        let sinceStart = seen.updatedAt.map { "\(($0 - seen.startedAt).wholeMilliseconds) ms" }
        let change = seen.update.map { call in
            "\(call.desiredCountBefore ?? 0) -> \(seen.desiredCount ?? 0)"
        }
        let served = seen.servedByNew.values.reduce(0, +)
        let requests = seen.load.reduce(0) { $0 + $1.requests }
        let errors = seen.load.reduce(0) { $0 + $1.errors }
        let reached = seen.reachedAt.map { "\(($0 - seen.startedAt).wholeMilliseconds) ms" }
        let lines = [
            ("first sample above target to UpdateService", seen.reaction.map(Self.words) ?? none),
            ("first request of the surge to UpdateService", sinceStart ?? none),
            ("desired count", change ?? "unchanged"),
            ("tasks serving", "\(seen.running.count), all wanted after \(reached ?? "never")"),
            ("served by \(seen.servedByNew.count) new tasks", "\(served) requests"),
            ("requests", "\(requests), of them errors \(errors)"),
            ("latency in the surge", Self.latency(seen.load.first)),
            ("SNS messages", "\(messages)"),
            ("result", seen.hasScaled ? "scaled out, and the new tasks serve" : "NOT SCALED"),
        ]
        StandardStream.output.write("\n")
        for (name, value) in lines {
            let space = String(repeating: " ", count: max(1, 46 - name.count))
            StandardStream.output.write("  \(name)\(space)\(value)\n")
        }
    }

    private static func words(_ span: Duration) -> String {
        let ms = span.wholeMilliseconds
        return ms >= 0 ? "\(ms) ms" : "\(ms) ms (the agents were faster than this sampling)"
    }

    private static func latency(_ load: LoadResult?) -> String {
        guard let load else { return "unknown" }
        return "median \(load.latencyMedian), 99 % \(load.latency99)"
    }

    func log(of path: String) {
        let text = (try? Files.read(path, what: "the aggregator's log")) ?? ""
        let lines = text.split(separator: "\n").suffix(20).joined(separator: "\n  ")
        StandardStream.output.write("\n  the aggregator said last:\n  \(lines)\n")
    }
}
