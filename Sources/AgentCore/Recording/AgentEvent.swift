import Telemetry
import Writing

/// What the agent writes into its log, once when it begins and once when it ends.
///
/// Indirect, as all large choices here: a copy is then one reference, not code for each case.
package indirect enum AgentEvent: Sendable {
    case nginx(TaskCondition, reason: String, was: TaskCondition, lastedMs: Int64)
    case nginxRestarted
    case metadataDown(reason: String)
    case metadataUp
    case statsDown(reason: String)
    case statsUp
    case witnessUnavailable(WitnessTrouble)
    case clock(ClockDrift)
    case identityKnown(TaskIdentity)
    case taskDraining
    case aggregatorDown(Trouble, url: String, reason: String)
    case aggregatorUp(url: String, failures: Int, lastedMs: Int64)
    case aggregatorRedirected(url: String)
    case stopped(isAccepted: Bool, tookMs: Int64)
}

extension AgentEvent {
    package init(_ change: Delivery.Change, url: String) {
        switch change {
        case .began(let trouble, let reason):
            self = .aggregatorDown(trouble, url: url, reason: reason)
        case .ended(let failures, let lastedMs):
            self = .aggregatorUp(url: url, failures: failures, lastedMs: lastedMs)
        case .redirected: self = .aggregatorRedirected(url: url)
        }
    }
}

extension Log {
    /// `suppressed` are changes of the same kind that were not written since the last line.
    package mutating func write(_ event: AgentEvent, suppressed: Int = 0) {
        write(event.level, event.name) { json in
            event.addMembers(to: &json)
            if suppressed > 0 { json.member("suppressed", suppressed) }
        }
    }
}

extension AgentEvent {
    fileprivate var level: Log.Level {
        switch self {
        case .nginx(.serving, _, _, _), .nginxRestarted, .metadataUp, .statsUp, .identityKnown,
            .taskDraining, .aggregatorUp, .aggregatorRedirected, .stopped:
            .info
        case .clock(let clock): clock.isSynchronized ? .info : .warning
        case .nginx, .metadataDown, .statsDown, .witnessUnavailable, .aggregatorDown: .warning
        }
    }

    package var name: StaticString {
        switch self {
        case .nginx(.serving, _, _, _): "nginx.up"
        case .nginx(.saturated, _, _, _): "nginx.saturated"
        case .nginx(.down, _, _, _): "nginx.down"
        case .nginx(.unknown, _, _, _): "nginx.silent"
        case .nginxRestarted: "nginx.restarted"
        case .metadataDown: "metadata.down"
        case .metadataUp: "metadata.up"
        case .statsDown: "stats.down"
        case .statsUp: "stats.up"
        case .witnessUnavailable: "witness.unavailable"
        case .clock(let clock):
            clock.isSynchronized ? "clock.synchronized" : "clock.unsynchronized"
        case .identityKnown: "identity.known"
        case .taskDraining: "task.draining"
        case .aggregatorDown: "aggregator.down"
        case .aggregatorUp: "aggregator.up"
        case .aggregatorRedirected: "aggregator.redirected"
        case .stopped: "agent.stopped"
        }
    }

    fileprivate func addMembers(to json: inout JSONWriter) {
        switch self {
        case .nginx(_, let reason, let was, let lastedMs):
            json.member("reason", reason)
            json.member("was", ReportEncoder.name(of: was))
            json.member("lastedMs", lastedMs)
        case .metadataDown(let reason), .statsDown(let reason): json.member("reason", reason)
        case .witnessUnavailable(let trouble):
            json.member("source", trouble.source.text)
            json.member("reason", trouble.reason)
        case .clock(let clock): json.member("errorMs", thousandths: clock.errorMs)
        case .identityKnown(let identity):
            json.member("task", identity.taskARN)
            json.member("cluster", identity.clusterName)
            if let service = identity.service { json.member("service", service) }
        case .aggregatorDown(let trouble, let url, let reason):
            json.member("kind", trouble.text)
            json.member("url", url)
            json.member("reason", reason)
        case .aggregatorUp(let url, let failures, let lastedMs):
            json.member("url", url)
            json.member("failures", failures)
            json.member("downMs", lastedMs)
        case .aggregatorRedirected(let url): json.member("url", url)
        case .stopped(let isAccepted, let tookMs):
            json.member("farewell", isAccepted ? "accepted" : "not accepted")
            json.member("tookMs", tookMs)
        case .nginxRestarted, .metadataUp, .statsUp, .taskDraining: break
        }
    }
}
