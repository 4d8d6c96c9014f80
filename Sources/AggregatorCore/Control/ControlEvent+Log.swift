import Control
import Scaling
import Values

extension Log {
    /// Writes what a controller has to say of a service.
    func log(_ event: ControlEvent, of service: [LogField]) {
        switch event {
        case .found(let counts): log(.info, "service.found", service + counts.fields)
        case .missing(let status):
            log(.error, "service.missing", service + [LogField("status", status)])
        case .adopted(let from, let to, let who):
            log(
                .info, "service.adopted",
                service + [
                    LogField("from", from), LogField("to", to),
                    LogField("reason", "somebody else changed the desired count: \(who)"),
                ])
        case .state(let decision): log(.info, "service.state", service + decision.fields)
        case .dryRun(let decision): log(.info, "service.dryRun", service + decision.fields)
        case .decided(let order):
            log(.info, "service.decision", service + order.decision.fields + order.freshness)
        case .scaled(let order, let tookMs, let callMs, let isLate):
            var fields = service
            fields += [
                LogField("from", order.decision.from), LogField("to", order.to),
                LogField("reactionMs", tookMs), LogField("callMs", callMs),
            ]
            if isLate { fields.append(LogField("seenBy", "DescribeServices")) }
            log(.info, "service.scaled", fields)
        case .failed(let order, let failure, let repeats):
            log(
                .error, "service.scaleFailed",
                service + [LogField("from", order.decision.from), LogField("to", order.to)]
                    + failure.fields + [LogField("heldBack", repeats)])
        case .paused(let pause): log(.warning, "service.paused", service + pause.fields)
        case .resumed(let pause): log(.info, "service.resumed", service + pause.fields)
        case .pauseLost(let pause): log(.warning, "service.pauseLost", service + pause.fields)
        case .pauseRestored(let pause):
            log(.warning, "service.pauseRestored", service + pause.fields)
        case .hold(let notice):
            log(
                notice.isOver ? .info : .warning,
                notice.isOver ? "service.holdEnded" : "service.held", service + notice.fields)
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

extension ServicePause {
    var fields: [LogField] {
        [
            LogField("direction", direction.rawValue), LogField("reason", reason),
            LogField("until", UTCTime.text(ms: untilMs)),
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
