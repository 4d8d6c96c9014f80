import AWS
import Control
import Scaling
import Values
import Writing

extension Announcement {
    /// What `announce` of a service may name.
    static let kinds = ["scaled", "overrides"] + ControlHold.allCases.map(\.rawValue)

    var kind: String {
        switch self {
        case .scaled: "scaled"
        case .held(let notice): notice.hold.rawValue
        case .overridden: "overrides"
        }
    }

    /// For a FIFO topic, which drops what it had within five minutes.
    func id(wallMs: Int64) -> String {
        switch self {
        case .scaled(let change): "\(change.wallMs)"
        case .held(let notice): "\(notice.hold.rawValue)-\(notice.isOver)-\(wallMs)"
        case .overridden(let override, let isOver):
            "\(override.kind.rawValue)-\(isOver)-\(wallMs)"
        }
    }
}

extension SNSMessage {
    /// An announcement as its subscribers read it: a subject for people, JSON for machines, and
    /// attributes to filter on.
    init(_ announcement: Announcement, of key: ServiceKey, wallMs: Int64) {
        switch announcement {
        case .scaled(let change): self.init(change, of: key)
        case .held(let notice): self.init(notice, of: key, wallMs: wallMs)
        case .overridden(let override, let isOver):
            self.init(override, isOver: isOver, of: key, wallMs: wallMs)
        }
    }

    private init(_ change: ServiceChange, of key: ServiceKey) {
        let decision = change.decision
        let direction = decision.kind == .scaleIn ? "in" : "out"
        self.init(
            subject: "\(key): \(decision.from) -> \(decision.to) tasks",
            body: Self.body(
                "ServiceScaled", of: key, wallMs: change.wallMs,
                [LogField("direction", direction)] + decision.fields),
            email: Self.text(of: decision, of: key),
            attributes: [
                "event": .string("ServiceScaled"),
                "cluster": .string(key.cluster),
                "service": .string(key.service),
                "direction": .string(direction),
                "from": .number(decision.from),
                "to": .number(decision.to),
            ])
    }

    private init(_ notice: HoldNotice, of key: ServiceKey, wallMs: Int64) {
        let event = notice.isOver ? "ServiceHoldEnded" : "ServiceHeld"
        self.init(
            subject: "\(key): \(notice.isOver ? "over: " : "")\(notice.hold.rawValue)",
            body: Self.body(event, of: key, wallMs: wallMs, notice.fields),
            email: "\(key): \(notice.reason)\n\n\(notice.next)\n\n"
                + "\(notice.isOver ? "It began at" : "Since") \(UTCTime.text(ms: notice.sinceMs)).\n",
            attributes: [
                "event": .string(event),
                "cluster": .string(key.cluster),
                "service": .string(key.service),
                "hold": .string(notice.hold.rawValue),
            ])
    }

    private init(
        _ override: ServiceOverride, isOver: Bool, of key: ServiceKey, wallMs: Int64
    ) {
        let event = isOver ? "ServiceOverrideEnded" : "ServiceOverridden"
        self.init(
            subject: "\(key): \(isOver ? "over: " : "")\(override.words)",
            body: Self.body(
                event, of: key, wallMs: wallMs,
                [LogField("override", override.kind.rawValue)] + override.fields),
            email: Self.text(of: override, isOver: isOver, of: key),
            attributes: [
                "event": .string(event),
                "cluster": .string(key.cluster),
                "service": .string(key.service),
                "override": .string(override.kind.rawValue),
            ])
    }

    private static func text(of decision: Decision, of key: ServiceKey) -> String {
        let inputs = decision.inputs
        return "\(key) went from \(decision.from) to \(decision.to) tasks.\n\n"
            + "Why: \(decision.reason).\n\n"
            + "ECS runs \(inputs.runningCount), \(inputs.pendingCount) pending;"
            + " \(inputs.tasksLive) report. At least \(inputs.minTasks) and at most"
            + " \(inputs.maxTasks) are allowed.\n"
    }

    private static func text(
        of override: ServiceOverride, isOver: Bool, of key: ServiceKey
    ) -> String {
        isOver
            ? "\(key): \(override.words) is over. It was set because: \(override.reason)\n"
            : "\(key): an operator set \(override.words), until"
                + " \(UTCTime.text(ms: override.untilMs)), because: \(override.reason)\n"
    }

    private static func body(
        _ event: String, of key: ServiceKey, wallMs: Int64, _ fields: [LogField]
    ) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("version", 1)
            json.member("event", event)
            json.member("time", UTCTime.text(ms: wallMs))
            json.member("cluster", key.cluster)
            json.member("service", key.service)
            for field in fields { field.write(to: &json) }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
