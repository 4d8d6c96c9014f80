import Platform
import Telemetry
import Transport

/// `agent probe`: tries each link of the chain once, as the running agent would.
package final class Probe {
    /// Samples of the status page, enough to see that the connection is kept.
    private static let samplesMax = 5

    private let settings: AgentSettings
    private let multi = HTTPMulti(connectionsMax: 2)
    private var report = ProbeReport()

    package init(_ settings: AgentSettings) {
        self.settings = settings
    }

    package func run() throws(TransportError) -> ProbeReport {
        let metadata = probeMetadata()
        probeNginx()
        try probeAggregator(identity: metadata?.identity)
        return report
    }

    private func probeMetadata() -> TaskMetadata? {
        let transfer = HTTPTransfer()
        let outcome: Result<Int, TransportError>
        do throws(TransportError) {
            try transfer.prepare(MetadataClient.request(settings.metadataURI + "/task"))
            outcome = .success(try transfer.perform())
        } catch {
            outcome = .failure(error)
        }
        switch MetadataClient.read(outcome, transfer.body, serviceName: settings.serviceName) {
        case .success(let metadata):
            report.steps.append(
                ProbeStep(
                    .metadata, .ok, took: transfer.timings.total,
                    detail: Self.describe(metadata.identity),
                    advice: metadata.identity.service == nil
                        ? "no service is named: the aggregator looks it up, or set"
                            + " ECS_SERVICE_NAME" : nil))
            return metadata
        case .failure(let trouble):
            report.steps.append(
                ProbeStep(
                    .metadata, .broken, detail: trouble.reason,
                    advice: "the agent must run in the ECS task itself (platform version 1.4.0"
                        + " or later), and ECS_CONTAINER_METADATA_URI_V4 be as ECS set it"))
            return nil
        }
    }

    private static func describe(_ identity: TaskIdentity) -> String {
        Text("task ").add(TaskIdentity.lastComponent(of: identity.taskARN))
            .add(", service ").add(identity.service ?? "unknown")
            .add(", cluster ").add(identity.clusterName).add(", ").add(identity.family).add(":")
            .add(identity.revision).string
    }

    private func probeNginx() {
        let sampler = Sampler(settings.statusTargets, timeout: settings.sampleTimeout)
        var took = Duration.zero
        for _ in 0..<Self.samplesMax {
            let start = MonotonicClock.now()
            if case .failed(let error, let target) = sample(sampler) {
                report.steps.append(
                    ProbeStep(
                        .nginx, .broken, took: MonotonicClock.now() - start,
                        detail: Text("").add(target.text).add(": ").add(error.text).string,
                        advice: Self.advice(error)))
                return
            }
            took = MonotonicClock.now() - start
        }
        let isKept = sampler.connectionsOpened == 0
        let detail = Text("")
        for target in settings.statusTargets { detail.add(target.text).add(" ") }
        detail.add(isKept ? "keeps its connection" : "closes each connection")
        report.steps.append(
            ProbeStep(
                .nginx, .ok, took: took, detail: detail.string,
                advice: isKept ? nil : "set keepalive_timeout above 0 on the status listener"))
    }

    private func sample(_ sampler: Sampler) -> Sampler.Outcome {
        var poller = Poller()
        var list: [Readiness] = []
        sampler.start(now: MonotonicClock.now())
        while true {
            let now = MonotonicClock.now()
            if let outcome = sampler.advance(now: now) { return outcome }
            list.removeAll(keepingCapacity: true)
            sampler.addReadiness(to: &list)
            poller.wait(for: &list, atMost: (sampler.deadline ?? now) - now)
        }
    }

    private static func advice(_ error: SampleError) -> String {
        switch error {
        case .transport(.notConnected):
            "is nginx running, and does it listen on this address (NGINX_STATUS_URL)?"
        case .transport, .timedOut:
            "what listens there does not answer HTTP in time: is it nginx?"
        case .status(let status) where status == 404:
            "no stub_status at this path: add `location = /nginx_status { stub_status; }`"
        case .status:
            "allow the status page from the task itself (allow 127.0.0.1)"
        case .page:
            "what answers is not stub_status: check the path in NGINX_STATUS_URL"
        }
    }
}

// The aggregator.
extension Probe {
    private func probeAggregator(identity: TaskIdentity?) throws(TransportError) {
        let sender = try ReportSender(settings, multi: multi)
        let placeholder = TaskIdentity(
            taskARN: "arn:aws:ecs:local:000000000000:task/probe/probe", cluster: "probe",
            service: "probe", family: "probe", revision: "0", availabilityZone: nil)
        let probe = Report(
            identity: identity ?? placeholder, bootID: ThisProcess.randomBits(), sequence: 1,
            state: .probe, windows: [])
        var answer = sender.send(probe)
        var redirects = 0
        while true {
            if let known = answer ?? sender.takeAnswer() {
                guard case .redirected = known, redirects < AgentLimits.redirectsMax else {
                    return tell(known, sender)
                }
                redirects += 1
                answer = sender.send(probe)
                continue
            }
            multi.wait(atMost: AgentLimits.sleepMax)
            multi.advance()
        }
    }

    /// Each link up to the one that the answer shows broken works; those behind it were not reached.
    private func tell(_ answer: DeliveryAnswer, _ sender: ReportSender) {
        let broken = brokenLink(answer, sender)
        for link in [ProbeLink.name, .connection, .tls, .token, .report] {
            if let broken, broken.link.rawValue < link.rawValue {
                report.steps.append(ProbeStep(link, .skipped, detail: "not reached"))
            } else if let broken, broken.link == link {
                report.steps.append(
                    ProbeStep(
                        link, .broken, took: sender.timings.total, detail: broken.reason,
                        advice: advice(link)))
            } else {
                report.steps.append(working(link, sender))
            }
        }
    }

    private func isSecure(_ sender: ReportSender) -> Bool {
        sender.url.hasPrefixBytes(of: "https://")
    }

    private struct Broken {
        let link: ProbeLink
        let reason: String
    }

    private func brokenLink(_ answer: DeliveryAnswer, _ sender: ReportSender) -> Broken? {
        switch answer {
        case .accepted: return nil
        case .redirected: return Broken(link: .report, reason: "redirects without end")
        case .refused(let status, let reason):
            return Broken(link: .report, reason: Text("").add(status).add(" ").add(reason).string)
        case .postponed(let trouble, let reason, _):
            switch trouble {
            case .name: return Broken(link: .name, reason: reason)
            case .connection: return Broken(link: .connection, reason: reason)
            case .tls: return Broken(link: .tls, reason: reason)
            case .token: return Broken(link: .token, reason: reason)
            case .timeout:
                return Broken(link: reached(sender), reason: reason)
            case .broken, .overload, .answer, .report:
                return Broken(link: .report, reason: reason)
            }
        }
    }

    /// The link within which the time ran out.
    private func reached(_ sender: ReportSender) -> ProbeLink {
        let timings = sender.timings
        if timings.nameResolved == .zero { return .name }
        if isSecure(sender) && timings.secured == .zero {
            // libcurl tells the time of the connection only once TLS stands, but its peer before.
            return sender.peerAddress == nil ? .connection : .tls
        }
        return timings.connected == .zero ? .connection : .report
    }

    private func working(_ link: ProbeLink, _ sender: ReportSender) -> ProbeStep {
        let timings = sender.timings
        switch link {
        case .name:
            return ProbeStep(link, .ok, took: timings.nameResolved, detail: sender.url)
        case .connection:
            return ProbeStep(
                link, .ok, took: timings.connected - timings.nameResolved,
                detail: Text("to ").add(sender.peerAddress ?? "an unknown address").string)
        case .tls:
            guard isSecure(sender) else {
                return ProbeStep(
                    link, .skipped, detail: "not used: reports travel in clear",
                    advice: settings.token == nil
                        ? nil
                        : "the token travels in clear too: use https:// beyond a private network")
            }
            return ProbeStep(
                link, .ok, took: timings.secured - timings.connected,
                detail: "the certificate is trusted and names the host")
        case .token:
            return settings.token == nil
                ? ProbeStep(link, .skipped, detail: "none is set, none is asked for")
                : ProbeStep(link, .ok, detail: "taken")
        case .metadata, .nginx, .report:
            return ProbeStep(
                link, .ok, took: timings.total - max(timings.connected, timings.secured),
                detail: "a test report was accepted")
        }
    }

    private func advice(_ link: ProbeLink) -> String {
        switch link {
        case .name:
            "check the host in AGGREGATOR_URL, and that the VPC resolves it (service discovery,"
                + " enableDnsSupport)"
        case .connection:
            "is the aggregator running, and does its security group let this task in?"
        case .tls:
            "the certificate must name this host and be signed by a trusted authority"
                + " (AGGREGATOR_CA_FILE)"
        case .token:
            settings.token == nil
                ? "the aggregator asks for a token: set AGGREGATOR_TOKEN or AGGREGATOR_TOKEN_FILE"
                : "the token is not the aggregator's: compare the two secrets"
        case .metadata, .nginx, .report:
            "the aggregator was reached but did not take the report: see its log; is"
                + " AGGREGATOR_URL its base address, and are the versions alike?"
        }
    }
}
