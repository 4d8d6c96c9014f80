import Telemetry

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

    package init() {}

    package var firstBroken: ProbeLink? {
        for step in steps where step.state == .broken { return step.link }
        return nil
    }

    /// The stable schema of `--json`:
    /// `{"v":1,"ok":false,"broken":"nginx","exit":11,"links":[{"link":"nginx","state":"broken",
    /// "ms":0.120,"detail":"…","advice":"…"},…]}`; `broken`, `ms` and `advice` may be left out.
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
        }
        json.endLine()
        return json.bytes
    }

    /// A table, coloured on a terminal.
    package func table(coloured: Bool) -> [UInt8] {
        let text = Text("")
        for step in steps { step.addLine(to: text, coloured: coloured) }
        return text.utf8
    }
}

extension ProbeStep {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("link", link.text)
            json.member("state", state.text)
            if let took {
                json.key("ms")
                json.thousandths(of: took.inSeconds * 1000)
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
