import Telemetry
import Transport
import Values
import Writing

/// The links of the chain from nginx to the aggregator, in the order they are probed.
package enum ProbeLink: UInt8, Sendable, CaseIterable {
    case metadata
    case nginx
    case name
    case connection
    case tls
    case token
    case report

    package var text: StaticString {
        switch self {
        case .metadata: "metadata"
        case .nginx: "nginx"
        case .name: "name"
        case .connection: "connection"
        case .tls: "tls"
        case .token: "token"
        case .report: "report"
        }
    }

    /// What `agent probe` exits with when this is the first broken link: 10 to 16.
    package var exitCode: Int32 { 10 + Int32(rawValue) }
}

/// What became of one link.
package struct ProbeStep {
    package enum State: Sendable {
        case ok
        case broken
        /// Not used, or not reached because of a link before it.
        case skipped

        package var text: StaticString {
            switch self {
            case .ok: "ok"
            case .broken: "broken"
            case .skipped: "skipped"
            }
        }
    }

    package var link: ProbeLink
    package var state: State
    /// How long it took; `nil` when nothing was waited for.
    package var took: Duration?
    package var detail: String
    /// What to do about it; `nil` unless it is broken, or works but could harm.
    package var advice: String?

    @inline(never)
    package init(
        _ link: ProbeLink, _ state: State, took: Duration? = nil, detail: String,
        advice: String? = nil
    ) {
        self.link = link
        self.state = state
        self.took = took
        self.detail = detail
        self.advice = advice
    }
}

/// The outcome of `agent probe`, for people and for scripts.
package struct ProbeReport {
    package var steps: [ProbeStep] = []
    package var identity: TaskIdentity?
    /// The task's limits, in vCPU and MiB.
    package var cpus: Double?
    package var memoryMiB: Double?
    /// Each address of the aggregator's name.
    package var addresses: [ProbeAddress] = []
    package var certificate: ServerCertificate?
    /// The aggregator's clock less ours, in whole seconds, by its Date header.
    package var clockDifferenceS: Int64?
    package var cost: ProbeCost?
    package var witnesses: ProbeWitnesses?

    package init() {}

    package var firstBroken: ProbeLink? {
        for step in steps where step.state == .broken { return step.link }
        return nil
    }

    /// The stable schema of `--json`:
    /// ```
    /// {"v":1,"ok":false,"broken":"nginx","exit":11,
    ///  "links":[{"link":"nginx","state":"broken","ms":0.120,"detail":"…","advice":"…"},…],
    ///  "task":{"arn":"…","cluster":"…","service":"…","family":"…","revision":"7","zone":"…",
    ///    "cpus":0.250,"memoryMiB":512.000},
    ///  "addresses":[{"address":"10.0.0.7","ok":true,"connectMs":0.4,"tlsMs":2.1,"answerMs":0.9},
    ///    {"address":"10.0.0.8","ok":false,"broken":"connection","reason":"…"}],
    ///  "certificate":{"names":"DNS:…","expires":"Nov 24 08:00:00 2027 GMT"},
    ///  "clockDifferenceS":0,
    ///  "witnesses":{"ports":[80],"listeners":1,"acceptQueue":0,"acceptQueueLimit":511,
    ///    "listenOverflows":0,"listenDrops":0,"sockets":27,"established":12,"unread":0,
    ///    "us":190.000,
    ///    "unavailable":[{"source":"sock_diag","reason":"…"}]},
    ///  "cost":{"samples":20,"cpuMs":2.100,"percentOfTask":0.840}}
    /// ```
    /// What is unknown or does not apply is left out.
    package func encode() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("v", 1)
            json.member("ok", firstBroken == nil)
            if let firstBroken { json.member("broken", firstBroken.text) }
            json.member("exit", firstBroken?.exitCode ?? 0)
            json.key("links")
            json.array { json in
                for step in steps { step.write(to: &json) }
            }
            writeFacts(to: &json)
        }
        json.endLine()
        return json.bytes
    }

    /// A table, coloured on a terminal.
    package func table(coloured: Bool) -> [UInt8] {
        let text = Text("")
        for step in steps { step.addLine(to: text, coloured: coloured) }
        witnesses?.add(to: text)
        if let cost {
            text.add("cost").add(spaces: 16)
                .add(thousandths: cost.cpu.inSeconds * 1000, width: 9)
                .add(" ms  of processor a second, for ").add(cost.samples)
                .add(" samples and a push")
            if let percent = cost.percent(of: cpus) {
                text.add(": ").add(thousandths: percent, width: 0).add(" % of the task")
            }
            text.add("\n")
        }
        return text.utf8
    }

    private func writeFacts(to json: inout JSONWriter) {
        if let identity {
            json.key("task")
            json.object { json in
                ReportEncoder.writeMembers(of: identity, to: &json)
                if let cpus { json.member("cpus", thousandths: cpus) }
                if let memoryMiB { json.member("memoryMiB", thousandths: memoryMiB) }
            }
        }
        json.key("addresses")
        json.array { json in
            for address in addresses { address.write(to: &json) }
        }
        if let certificate {
            json.key("certificate")
            json.object { json in
                json.member("names", certificate.names)
                json.member("expires", certificate.expires)
            }
        }
        witnesses?.write(to: &json)
        if let clockDifferenceS { json.member("clockDifferenceS", clockDifferenceS) }
        if let cost {
            json.key("cost")
            json.object { json in
                json.member("samples", cost.samples)
                json.member("cpuMs", thousandths: cost.cpu.inSeconds * 1000)
                if let percent = cost.percent(of: cpus) {
                    json.member("percentOfTask", thousandths: percent)
                }
            }
        }
    }
}

/// What one address of the aggregator answered.
package struct ProbeAddress {
    package var address: String
    /// The first broken link behind the name; `nil` when a test report was accepted.
    package var broken: ProbeLink?
    package var reason = ""
    package var connect: Duration
    package var tls: Duration?
    package var answer: Duration

    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("address", address)
            json.member("ok", broken == nil)
            if let broken {
                json.member("broken", broken.text)
                json.member("reason", reason)
            } else {
                json.member("connectMs", thousandths: connect.inSeconds * 1000)
                if let tls { json.member("tlsMs", thousandths: tls.inSeconds * 1000) }
                json.member("answerMs", thousandths: answer.inSeconds * 1000)
            }
        }
    }
}

/// What a second of sampling and a push took here.
package struct ProbeCost {
    package var samples: Int
    package var cpu: Duration

    /// The part of the task's processors.
    func percent(of cpus: Double?) -> Double? {
        guard let cpus, cpus > 0 else { return nil }
        return cpu.inSeconds / cpus * 100
    }
}

extension ProbeStep {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("link", link.text)
            json.member("state", state.text)
            if let took {
                json.member("ms", thousandths: took.inSeconds * 1000)
            }
            json.member("detail", detail)
            if let advice { json.member("advice", advice) }
        }
    }

    fileprivate func addLine(to text: Text, coloured: Bool) {
        let colour: StaticString =
            switch state {
            case .ok: "\u{1B}[32m"
            case .broken: "\u{1B}[31m"
            case .skipped: "\u{1B}[2m"
            }
        text.add(link.text).add(spaces: 12 - link.text.utf8CodeUnitCount)
        if coloured { text.add(colour) }
        text.add(state.text)
        if coloured { text.add("\u{1B}[0m") }
        text.add(spaces: 8 - state.text.utf8CodeUnitCount)
        if let took {
            text.add(thousandths: took.inSeconds * 1000, width: 9).add(" ms  ")
        } else {
            text.add(spaces: 14)
        }
        text.add(detail).add("\n")
        if let advice { text.add(spaces: 12).add("→ ").add(advice).add("\n") }
    }
}
