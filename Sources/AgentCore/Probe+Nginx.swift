import Platform
import Transport
import Values
import Writing

/// Samples of the status page, enough to see that the connection is kept.
private let samplesMax = 5

/// How long an address beyond loopback may take to show the status page.
private let exposureTimeout = Duration.milliseconds(300)

// nginx.
extension Probe {
    func probeNginx() {
        let sampler = Sampler(settings.statusTargets, timeout: settings.sampleTimeout)
        var took = Duration.zero
        for _ in 0..<samplesMax {
            let start = MonotonicClock.now()
            if case .failed(let error, _, let target) = sample(sampler) {
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
        var advice = isKept ? nil : "set keepalive_timeout above 0 on the status listener"
        if let exposed = exposedAddress() {
            detail.add(", and answers on ").add(exposed).add(" too")
            advice = "listen on 127.0.0.1 only: who reaches this task can read its load"
        }
        report.steps.append(
            ProbeStep(.nginx, .ok, took: took, detail: detail.string, advice: advice))
    }

    func sample(_ sampler: Sampler) -> Sampler.Outcome {
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

    /// An address beyond loopback on which the status page is read too.
    private func exposedAddress() -> String? {
        for target in settings.statusTargets {
            guard case .ip(_, let port) = target.address else { continue }
            for address in HostAddresses.own() {
                let beyond = target.moved(to: .ip(host: address, port: port))
                if case .taken = sample(Sampler([beyond], timeout: exposureTimeout)) {
                    return address
                }
            }
        }
        return nil
    }
}
