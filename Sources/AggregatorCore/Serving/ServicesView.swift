import Control
import HTTPServer
import Platform
import Scaling
import Values
import Writing

/// `GET /v1/services`: each service as the aggregator sees it, what it decided and why, as JSON.
package struct ServicesView: Sendable {
    private let fleet: Fleet

    package init(fleet: Fleet) {
        self.fleet = fleet
    }

    func response() -> HTTPResponse {
        var json = JSONWriter()
        json.object { json in
            json.key("services")
            json.array { json in
                for service in fleet.services { Self.write(service.snapshot(), to: &json) }
            }
        }
        return HTTPResponse(status: 200, contentType: "application/json", body: json.bytes)
    }

    /// One of them.
    func response(_ key: ServiceKey) -> HTTPResponse {
        guard let service = fleet.service(key) else {
            return HTTPResponse(
                status: 404,
                text: "service \(key.service) of cluster \(key.cluster) is not configured here")
        }
        return Self.response(service)
    }

    static func response(_ service: ManagedService) -> HTTPResponse {
        var json = JSONWriter()
        write(service.snapshot(), to: &json)
        return HTTPResponse(status: 200, contentType: "application/json", body: json.bytes)
    }

    private static func write(_ service: ServiceSnapshot, to json: inout JSONWriter) {
        let configuration = service.configuration
        json.object { json in
            json.member("cluster", configuration.key.cluster)
            json.member("service", configuration.key.service)
            json.member("state", state(of: service))
            let words = StatusWords(service, wallMs: WallClock.nowMs())
            json.member("status", words.sentence)
            json.member("standing", service.standing.word)
            json.key("attention")
            json.array { json in
                for sentence in words.attention { json.string(sentence) }
            }
            json.member("dryRun", service.isDryRun)
            json.member("scaleInEnabled", configuration.policy.scaleIn.enabled)
            if let counts = service.counts {
                json.member("desiredCount", counts.desiredCount)
                json.member("runningCount", counts.runningCount)
                json.member("pendingCount", counts.pendingCount)
                json.member("deploymentInProgress", counts.deploymentInProgress)
            }
            if let decision = service.decision {
                json.key("decision")
                write(decision, to: &json)
            }
            if let change = service.lastChange {
                json.key("lastChange")
                json.object { json in
                    json.member("time", UTCTime.text(ms: change.wallMs))
                    for field in change.decision.fields { field.write(to: &json) }
                }
            }
            if let change = service.earlierChange {
                json.key("lastChange")
                json.object { json in
                    json.member("time", UTCTime.text(ms: change.wallMs))
                    json.member("from", change.from)
                    json.member("to", change.to)
                }
            }
            writeState(service, to: &json)
            json.key("changes")
            json.object { json in
                json.member("out", service.changes.out)
                json.member("in", service.changes.in)
                json.member("failed", service.changes.failed)
            }
            json.key("reports")
            write(service.reports, to: &json)
        }
    }

    /// What holds it, what operators set, and how fresh all is.
    private static func writeState(_ service: ServiceSnapshot, to json: inout JSONWriter) {
        if let age = service.countsAge {
            json.member("countsAgeSeconds", thousandths: age.inSeconds)
        }
        if !service.holds.isEmpty {
            json.key("holds")
            json.array { json in
                for hold in service.holds { json.string(hold.rawValue) }
            }
        }
        if let failure = service.lastFailure { json.member("lastFailure", failure) }
        json.key("paused")
        json.array { json in
            for pause in service.overrides where pause.kind == .pause {
                json.object { json in
                    for field in pause.fields { field.write(to: &json) }
                }
            }
        }
        json.key("overrides")
        json.array { json in
            for override in service.overrides { write(override, to: &json) }
        }
        if let clock = service.clock {
            json.key("clock")
            json.object { json in
                json.member("errorMs", thousandths: clock.errorMs)
                json.member("synchronized", clock.isSynchronized)
            }
        }
    }

    static func write(_ override: ServiceOverride, to json: inout JSONWriter) {
        json.object { json in
            json.member("kind", override.kind.rawValue)
            for field in override.fields { field.write(to: &json) }
        }
    }

    private static func write(_ decision: Decision, to json: inout JSONWriter) {
        json.object { json in
            for field in decision.fields { field.write(to: &json) }
        }
    }

    private static func write(_ reports: ReportCounts, to json: inout JSONWriter) {
        json.object { json in
            json.member("accepted", reports.accepted)
            json.member("duplicate", reports.duplicate)
            json.member("reordered", reports.reordered)
            json.member("forgotten", reports.forgotten)
            json.member("tooManyTasks", reports.tooManyTasks)
            json.member("sequenceJump", reports.sequenceJump)
        }
    }

    /// One word for it.
    private static func state(of service: ServiceSnapshot) -> String {
        if service.isMissing { return "missing" }
        if service.counts == nil { return "unknown" }
        return service.lastFailure == nil ? "ok" : "failing"
    }
}
