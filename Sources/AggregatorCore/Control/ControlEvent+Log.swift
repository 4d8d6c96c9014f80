import Control
import Scaling
import Values

extension Log {
    /// Writes what a controller has to say of a service.
    func log(_ event: ControlEvent, of service: [LogField]) {
        let line = event.line
        log(line.level, line.event, service + line.fields)
    }
}

/// An event as a line has it.
struct EventLine: Sendable {
    let level: LogLevel
    let event: StaticString
    let fields: [LogField]

    init(_ level: LogLevel, _ event: StaticString, _ fields: [LogField]) {
        (self.level, self.event, self.fields) = (level, event, fields)
    }
}

extension ControlEvent {
    var line: EventLine {
        switch self {
        case .found(let counts): EventLine(.info, "service.found", counts.fields)
        case .missing(let status):
            EventLine(.error, "service.missing", [LogField("status", status)])
        case .adopted(let from, let to, let who):
            EventLine(
                .info, "service.adopted",
                [
                    LogField("from", from), LogField("to", to),
                    LogField("reason", "somebody else changed the desired count: \(who)"),
                ])
        case .state(let decision): EventLine(.info, "service.state", decision.fields)
        case .dryRun(let decision): EventLine(.info, "service.dryRun", decision.fields)
        case .decided(let order):
            EventLine(.info, "service.decision", order.decision.fields + order.freshness)
        case .scaled(let order, let tookMs, let callMs, let isLate):
            EventLine(
                .info, "service.scaled",
                [
                    LogField("from", order.decision.from), LogField("to", order.to),
                    LogField("reactionMs", tookMs), LogField("callMs", callMs),
                ] + (isLate ? [LogField("seenBy", "DescribeServices")] : []))
        case .failed(let order, let failure, let repeats):
            EventLine(
                .error, "service.scaleFailed",
                [LogField("from", order.decision.from), LogField("to", order.to)]
                    + failure.fields + [LogField("heldBack", repeats)])
        case .overridden(let override):
            EventLine(
                .warning, override.kind == .pause ? "service.paused" : "service.overridden",
                override.fields)
        case .overrideEnded(let override):
            EventLine(
                .info, override.kind == .pause ? "service.resumed" : "service.overrideEnded",
                override.fields)
        case .overrideLost(let override):
            EventLine(
                .warning, override.kind == .pause ? "service.pauseLost" : "service.overrideLost",
                override.fields)
        case .overrideRestored(let override):
            EventLine(
                .warning,
                override.kind == .pause ? "service.pauseRestored" : "service.overrideRestored",
                override.fields)
        case .learntRefused(let reason):
            EventLine(.warning, "service.learntRefused", [LogField("reason", reason)])
        case .hold(let notice):
            EventLine(
                notice.isOver ? .info : .warning,
                notice.isOver ? "service.holdEnded" : "service.held", notice.fields)
        }
    }
}

extension UpdateOrder {
    /// How fresh its grounds are; a person who looks for lost time begins here.
    fileprivate var freshness: [LogField] {
        sampledMs.map { [LogField("sampledAt", UTCTime.text(ms: $0))] } ?? []
    }
}

extension ServiceCounts {
    fileprivate var fields: [LogField] {
        [
            LogField("desiredCount", desiredCount), LogField("runningCount", runningCount),
            LogField("pendingCount", pendingCount),
            LogField("deploymentInProgress", deploymentInProgress),
        ]
    }
}

extension ServiceOverride {
    var fields: [LogField] {
        let what =
            switch setting {
            case .pause(let direction): LogField("direction", direction.rawValue)
            case .floor(let tasks): LogField("floor", tasks)
            case .ceiling(let tasks): LogField("ceiling", tasks)
            case .dryRun(let isOn): LogField("dryRun", isOn)
            }
        return [
            what, LogField("reason", reason), LogField("until", UTCTime.text(ms: untilMs)),
        ]
    }
}

extension HoldNotice {
    var fields: [LogField] {
        [
            LogField("hold", hold.rawValue), LogField("since", UTCTime.text(ms: sinceMs)),
            LogField("reason", reason), LogField("next", next),
        ]
    }
}
