import FargateLocal
import Foundation

/// Where the time of one reaction went, in milliseconds; all of it by clocks of this machine.
struct SurgeStages {
    /// From the surge's first request to the sample that showed it.
    let sampling: Double
    /// From there until the aggregator had read the report of it.
    let push: Double
    /// From there until its actuator began the call.
    let decision: Double
    /// From there until the whole call had arrived.
    let call: Double

    static let all: [(name: String, of: @Sendable (SurgeStages) -> Double)] = [
        ("sampling", { $0.sampling }), ("push", { $0.push }), ("decision", { $0.decision }),
        ("AWS call", { $0.call }),
    ]

    var total: Double { sampling + push + decision + call }
}

/// Reads the stages of each surge from what the balancer and the aggregator log anyway.
struct SurgeReader {
    private var requests: LogTail
    private var events: LogTail

    /// What is read of a line of the aggregator's log.
    private struct Event: Decodable {
        let time: String
        let event: String
        let kind: String?
        let sampledAt: String?
        let reactionMs: Double?
        let callMs: Double?
    }

    init(requests: String, events: String) {
        self.requests = LogTail(requests)
        self.events = LogTail(events)
    }

    /// Passes over all that was logged before a surge.
    mutating func skip() throws {
        _ = try requests.take()
        _ = try events.take()
    }

    /// Once everything of the surge is logged: when its first request came, in Unix milliseconds.
    mutating func firstRequest() throws -> Double {
        let starts = try requests.take().compactMap { line -> Double? in
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard words.count == 2, let end = Double(words[0]), let took = Double(words[1]) else {
                return nil
            }
            return (end - took) * 1000
        }
        guard let first = starts.min() else { throw BenchError("no request was logged") }
        return first + Self.half
    }

    /// The stages of the reaction to that request, by a call that arrived at `arrived`, in Unix
    /// milliseconds.
    mutating func stages(from first: Double, to arrived: Double) throws -> SurgeStages {
        let events = try events.take().map { try JSONDecoder().decode(Event.self, from: $0) }
        let decided = events.first { $0.event == "service.decision" && $0.kind == "scaleOut" }
        let scaled = events.first { $0.event == "service.scaled" }
        guard let decided, let scaled, let sampledAt = decided.sampledAt,
            let reaction = scaled.reactionMs, let call = scaled.callMs
        else { throw BenchError("the aggregator did not log how it reacted") }
        let sampled = try Self.unixMs(sampledAt) + Self.half
        let called = try Self.unixMs(decided.time)
        let reported = called - (reaction - call)
        return SurgeStages(
            sampling: sampled - first, push: reported - sampled, decision: called - reported,
            call: arrived - called)
    }

    /// Of what is logged in whole milliseconds, cut off.
    private static let half = 0.5

    /// Foundation reads no more than milliseconds.
    private static func unixMs(_ text: String) throws -> Double {
        let parts = text.split(separator: ".")
        guard parts.count == 2, let fraction = Double("0.\(parts[1].dropLast())") else {
            throw BenchError("\(text) is not a time")
        }
        let seconds = try Date("\(parts[0])Z", strategy: .iso8601).timeIntervalSince1970
        return (seconds + fraction) * 1000
    }
}
