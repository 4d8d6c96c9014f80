import Platform
import Telemetry
import Transport
import Values
import Writing

/// How long the cost is measured.
private let costSpan = Duration.seconds(1)

/// Beyond this, in seconds, the clocks are said to differ; the Date header has whole seconds.
private let clockDifferenceMaxS = 2

// The aggregator.
extension Probe {
    func probeAggregator() throws(TransportError) {
        let start = MonotonicClock.now()
        let addresses: [String]
        do throws(HostAddresses.Failure) {
            addresses = try HostAddresses.resolve(settings.aggregator.host)
        } catch {
            skip(behind: .name, took: MonotonicClock.now() - start, reason: error.reason)
            return
        }
        let resolved = Text("")
        for address in addresses { resolved.add(address).add(" ") }
        report.steps.append(
            ProbeStep(
                .name, .ok, took: MonotonicClock.now() - start,
                detail: Text("").add(settings.aggregator.host).add(": ").add(resolved.string)
                    .string))
        var best: (exchange: Exchange, sender: ReportSender)?
        for address in addresses {
            let sender = try ReportSender(settings, to: settings.aggregator, multi: multi)
            sender.address = address
            sender.keepsCertificate = true
            let exchange = exchange(sender, address)
            report.addresses.append(exchange.told)
            if best.map({ $0.exchange.reaches < exchange.reaches }) ?? true {
                best = (exchange, sender)
            }
        }
        guard let best else { return }
        tell(best.exchange, best.sender)
        if best.exchange.broken == nil { measureCost(best.sender) }
    }

    private func skip(behind link: ProbeLink, took: Duration, reason: String) {
        report.steps.append(
            ProbeStep(link, .broken, took: took, detail: reason, advice: advice(link)))
        for other in ProbeLink.allCases where other.rawValue > link.rawValue {
            report.steps.append(ProbeStep(other, .skipped, detail: "not reached"))
        }
    }

    /// What one address answered to a test report.
    private struct Exchange {
        var told: ProbeAddress
        var broken: Broken?

        /// How far it came along the chain.
        var reaches: UInt8 { broken?.link.rawValue ?? .max }
    }

    private func exchange(_ sender: ReportSender, _ address: String) -> Exchange {
        let broken = brokenLink(send(sender), sender)
        let timings = sender.timings
        let told = ProbeAddress(
            address: address, broken: broken?.link, reason: broken?.reason ?? "",
            connect: timings.connected - timings.nameResolved,
            tls: isSecure(sender) ? timings.secured - timings.connected : nil,
            answer: timings.total - max(timings.connected, timings.secured))
        return Exchange(told: told, broken: broken)
    }

    /// Sends a test report and follows where it is sent on to.
    @inline(never)
    private func send(_ sender: ReportSender) -> DeliveryAnswer {
        let placeholder = TaskIdentity(
            taskARN: "arn:aws:ecs:local:000000000000:task/probe/probe", cluster: "probe",
            service: "probe", family: "probe", revision: "0", availabilityZone: nil)
        let probe = Report(
            identity: report.identity ?? placeholder, bootID: ThisProcess.randomBits(),
            sequence: 1, state: .probe, windows: [])
        var answer = sender.send(probe)
        var redirects = 0
        while true {
            if let known = answer ?? sender.takeAnswer() {
                guard case .redirected = known, redirects < AgentLimits.redirectsMax else {
                    return known
                }
                redirects += 1
                answer = sender.send(probe)
                continue
            }
            multi.wait(atMost: AgentLimits.sleepMax)
            multi.advance()
        }
    }

    /// Each link up to the one that the answer shows broken works; those behind it were not
    /// reached.
    private func tell(_ exchange: Exchange, _ sender: ReportSender) {
        report.certificate = sender.certificate
        if exchange.broken == nil, let date = sender.date.flatMap({ HTTPDate.seconds($0) }) {
            report.clockDifferenceS = date - WallClock.nowMs() / 1000
        }
        for link in [ProbeLink.connection, .tls, .token, .report] {
            guard let broken = exchange.broken, broken.link.rawValue <= link.rawValue else {
                report.steps.append(working(link, sender))
                continue
            }
            if broken.link != link {
                report.steps.append(ProbeStep(link, .skipped, detail: "not reached"))
                continue
            }
            report.steps.append(
                ProbeStep(
                    link, .broken, took: sender.timings.total, detail: broken.reason,
                    advice: advice(link)))
        }
    }

    /// A second of sampling as the agent would do it, and one more push over the kept connection.
    private func measureCost(_ sender: ReportSender) {
        let sampler = Sampler(settings.statusTargets, timeout: settings.sampleTimeout)
        let start = MonotonicClock.now()
        let before = ProcessorClock.now()
        var beat = Beat(interval: settings.sampleInterval, first: start)
        var samples = 0
        var poller = Poller()
        var none: [Readiness] = []
        while MonotonicClock.now() - start < costSpan {
            if beat.take(now: MonotonicClock.now()) {
                guard case .taken = sample(sampler) else { return }
                samples += 1
            }
            poller.wait(for: &none, atMost: beat.due - MonotonicClock.now())
        }
        _ = send(sender)
        report.cost = ProbeCost(samples: samples, cpu: ProcessorClock.now() - before)
    }

    @inline(never)
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
    @inline(never)
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
            return ProbeStep(link, .ok, detail: sender.url)
        case .connection: return connection(sender)
        case .tls:
            guard isSecure(sender) else {
                return ProbeStep(
                    link, .skipped, detail: "not used: reports travel in clear",
                    advice: settings.token == nil
                        ? nil
                        : "the token travels in clear too: use https:// beyond a private network")
            }
            let certificate = sender.certificate ?? ServerCertificate()
            return ProbeStep(
                link, .ok, took: timings.secured - timings.connected,
                detail: Text("trusted, for ").add(certificate.names).add(", until ")
                    .add(certificate.expires).string)
        case .token:
            return settings.token == nil
                ? ProbeStep(link, .skipped, detail: "none is set, none is asked for")
                : ProbeStep(link, .ok, detail: "taken")
        case .metadata, .nginx, .report:
            let difference = report.clockDifferenceS ?? 0
            let isOff = Int(difference.magnitude) > clockDifferenceMaxS
            return ProbeStep(
                link, .ok, took: timings.total - max(timings.connected, timings.secured),
                detail: Text("a test report was accepted; clocks differ by ")
                    .add(Int(difference)).add(" s").string,
                advice: isOff ? "one of the two clocks is wrong: no decision depends on it" : nil)
        }
    }

    private func connection(_ sender: ReportSender) -> ProbeStep {
        let dead = Text("")
        for address in report.addresses where address.broken != nil {
            dead.add(address.address).add(" ")
        }
        let timings = sender.timings
        return ProbeStep(
            .connection, .ok, took: timings.connected - timings.nameResolved,
            detail: Text("to ").add(sender.peerAddress ?? "an unknown address").string,
            advice: dead.utf8.isEmpty
                ? nil
                : Text("these addresses of the name take no reports: ").add(dead.string).string)
    }

    @inline(never)
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
