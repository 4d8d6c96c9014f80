import Control
import Scaling
import Values

/// The one sentence of a service that is read at three in the morning, and what needs attention.
///
/// `web: 12 tasks, enough for 1.4 times the load; last change 2 min ago, 9 → 12, because surge: …`
struct StatusWords: Sendable {
    enum State: String, CaseIterable, Sendable {
        case ok, attention, paused, dryRun, waiting, missing
    }

    private let service: ServiceSnapshot
    private let wallMs: Int64

    init(_ service: ServiceSnapshot, wallMs: Int64) {
        self.service = service
        self.wallMs = wallMs
    }

    var state: State {
        if service.isMissing { return .missing }
        if service.counts == nil { return .waiting }
        if !attention.isEmpty { return .attention }
        if service.overrides.contains(where: { $0.kind == .pause }) { return .paused }
        return service.isDryRun ? .dryRun : .ok
    }

    var sentence: String {
        "\(service.configuration.key.service): \(body)"
    }

    private var body: String {
        if service.isMissing {
            return "ECS knows no active service of this name in cluster"
                + " \(service.configuration.key.cluster). Nothing is done until it does."
        }
        guard let counts = service.counts else {
            return "ECS has not given its counts yet. Nothing is done until it does."
        }
        var parts = ["\(running(counts)), \(load)"]
        if !service.overrides.isEmpty {
            parts.append(service.overrides.map { overrideWords($0) }.joined(separator: ", "))
        }
        if service.configuration.policy.dryRun && service.isDryRun {
            parts.append("dry run by configuration: nothing is changed")
        }
        parts.append(lastChange)
        return parts.joined(separator: "; ") + "."
    }

    private func running(_ counts: ServiceCounts) -> String {
        let (running, desired) = (counts.runningCount, counts.desiredCount)
        if running == desired { return tasks(running) }
        return running < desired
            ? "\(running) of \(tasks(desired)) run" : "\(tasks(running)) run, \(desired) are wanted"
    }

    private var load: String {
        guard let decision = service.decision else { return "no decision yet" }
        switch decision.basis {
        case .countsUnknown: return "ECS has not given its counts yet"
        case .noReports: return "no task reports, so the load is unknown and the count is held"
        case .noQuorum:
            return "only \(decision.inputs.tasksLive) of them report, so the count is held"
        case .metricUnknown: return "no report has the metric it is scaled by"
        case .load: break
        }
        let demand = decision.inputs.demand
        guard demand >= 0.05 else { return "no load" }
        let capacity = Double(service.counts?.runningCount ?? 0)
        let ratio = (capacity / demand * 10).rounded() / 10
        if ratio >= 100 { return "hardly any load" }
        if ratio == 1 { return "just enough for the load" }
        return ratio > 1
            ? "enough for \(JSONValue.words(ratio)) times the load"
            : "too few: the load is worth \(JSONValue.words((demand * 10).rounded() / 10))"
    }

    private var lastChange: String {
        if let change = service.earlierChange {
            return "last change \(Self.ago(ms: wallMs - change.wallMs)), \(change.from) →"
                + " \(change.to), before a restart"
        }
        guard let change = service.lastChange else { return "no change since the start" }
        let decision = change.decision
        return "last change \(Self.ago(ms: wallMs - change.wallMs)), \(decision.from) →"
            + " \(decision.to), because \(decision.reason)"
    }

    private func overrideWords(_ override: ServiceOverride) -> String {
        let until = UTCTime.text(ms: override.untilMs).prefix(16).replacing("T", with: " ")
        return "\(override.words) until \(until) UTC (\(override.reason))"
    }

    private func tasks(_ count: Int) -> String { count == 1 ? "1 task" : "\(count) tasks" }

    /// Such as `2 min ago`.
    static func ago(ms: Int64) -> String {
        let seconds = max(0, ms / 1000)
        switch seconds {
        case 0..<60: return "\(seconds) s ago"
        case 60..<3_600: return "\(seconds / 60) min ago"
        case 3_600..<172_800: return "\(seconds / 3_600) h ago"
        default: return "\(seconds / 86_400) days ago"
        }
    }
}

// What needs attention; nothing is said while nothing does.
extension StatusWords {
    var attention: [String] {
        var sentences: [String] = []
        if let failure = service.lastFailure {
            sentences.append("The last call to change the count failed: \(failure)")
        }
        sentences += service.holdNotices.map { "\($0.reason) \($0.next)" }
        return sentences
    }
}
