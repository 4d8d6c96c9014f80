import Platform
import Telemetry
import Transport
import Writing

/// Sends one report at a time to the aggregator, or to the owner it redirects to.
package final class ReportSender {
    private let aggregator: AggregatorAddress
    private let token: AgentSettings.Token?
    private let trust: HTTPTrust?
    private let timeout: Duration
    private let transfer = HTTPTransfer()
    private let multi: HTTPMulti
    private var encoder = ReportEncoder()
    private var deflater: Deflater
    /// Where an aggregator sent us on to; it holds until it fails.
    private var ownerURL: String?
    private var isPrepared = false
    private var isSent = false

    package init(
        _ settings: AgentSettings, to aggregator: AggregatorAddress, multi: HTTPMulti
    ) throws(TransportError) {
        self.aggregator = aggregator
        token = settings.token
        trust = settings.trust
        timeout = settings.pushTimeout
        self.multi = multi
        deflater = try Deflater()
    }

    /// Where reports go now.
    package var url: String { ownerURL ?? aggregator.reportsURL }

    /// The address to connect to instead of any of the name's.
    package var address: String? {
        didSet {
            ownerURL = nil
            isPrepared = false
        }
    }

    /// Whether the server's certificate is kept. For the probe.
    package var keepsCertificate = false

    /// Where reports go, for the log.
    package var place: String {
        guard let address, ownerURL == nil else { return url }
        return Text("").add(url).add(" at ").add(address).string
    }

    /// What the last exchange showed besides its answer.
    package var peerAddress: String? { transfer.peerAddress }
    package var timings: HTTPTimings { transfer.timings }
    package var certificate: ServerCertificate? { transfer.certificate }
    package var date: String? { transfer.header("Date") }

    /// Reads the token again before the next report.
    package func forgetToken() {
        isPrepared = false
    }

    /// Begins to send; `timeout` bounds the whole exchange, where it is shorter than the setting.
    package func send(_ report: Report, timeout bound: Duration? = nil) -> DeliveryAnswer? {
        do {
            let body = try deflater.deflate(encoder.encode(report))
            if isPrepared && bound == nil {
                try transfer.replaceBody(body)
            } else {
                try prepare(body: body, timeout: bound ?? timeout)
                isPrepared = bound == nil
            }
        } catch {
            isPrepared = false
            return .postponed(.report, reason: error.text, retryAfter: nil)
        }
        isSent = true
        multi.start(transfer)
        return nil
    }

    package func cancel() {
        guard isSent else { return }
        multi.cancel(transfer)
        isSent = false
    }

    private func prepare(body: [UInt8], timeout: Duration) throws(TransportError) {
        var request = HTTPRequest(.post, url)
        request.headers = [
            "Content-Type: application/json", "Content-Encoding: deflate",
            Text("User-Agent: fargate-agent/").add(AgentVersion.text).string,
        ]
        if let token {
            do {
                request.headers.append(Text("Authorization: Bearer ").add(try token.read()).string)
            } catch {
                throw .requestInvalid(detail: error.text)
            }
        }
        request.body = body
        request.connectTimeout = timeout
        request.timeout = timeout
        request.nameLifetime = AgentLimits.nameLifetime
        request.answerBytesMax = AgentLimits.answerBytesMax
        request.trust = trust
        request.keepsCertificate = keepsCertificate
        // An address is not looked up.
        if let address, !SocketAddress.isLiteral(aggregator.host) {
            request.connectTo = aggregator.connection(to: address)
        }
        try transfer.prepare(request)
    }

    /// The answer to the report under way, once it is there.
    package func takeAnswer() -> DeliveryAnswer? {
        guard isSent, let outcome = transfer.outcome else { return nil }
        isSent = false
        switch outcome {
        case .failure(let error):
            leaveOwner()
            return .postponed(Trouble(error), reason: error.text, retryAfter: nil)
        case .success(let status):
            return answer(status)
        }
    }

    private func answer(_ status: Int) -> DeliveryAnswer {
        switch status {
        case 200...299: return .accepted
        case 307, 308: return redirect(status)
        case 401, 403:
            isPrepared = false
            return .postponed(.token, reason: told(status), retryAfter: nil)
        case 429, 503:
            let seconds = transfer.header("Retry-After").flatMap { $0.wholeNumber }
            return .postponed(
                .overload, reason: told(status),
                retryAfter: seconds.map { .seconds(min($0, 86_400)) })
        case 400, 413, 415, 422: return .refused(status: status, reason: reason)
        default:
            leaveOwner()
            return .postponed(.answer, reason: told(status), retryAfter: nil)
        }
    }

    private func redirect(_ status: Int) -> DeliveryAnswer {
        guard let url = transfer.redirectURL, let owner = AggregatorAddress(url),
            owner.isSecure || !aggregator.isSecure
        else {
            leaveOwner()
            return .postponed(
                .answer, reason: Text("").add(status).add(" to no usable address").string,
                retryAfter: nil)
        }
        ownerURL = owner.base
        isPrepared = false
        return .redirected
    }

    private func leaveOwner() {
        guard ownerURL != nil else { return }
        ownerURL = nil
        isPrepared = false
    }

    private func told(_ status: Int) -> String {
        Text("").add(status).add(" ").add(reason).string
    }

    /// The first line of the answer, shortened, and only what may stand in a log.
    private var reason: String {
        var line: [UInt8] = []
        for byte in transfer.body {
            guard byte >= 0x20, line.count < AgentLimits.reasonBytesMax else { break }
            line.append(byte < 0x7F ? byte : UInt8(ascii: "?"))
        }
        return String(bytes: line)
    }
}

extension Trouble {
    package init(_ error: TransportError) {
        switch error {
        case .nameNotResolved: self = .name
        case .notConnected: self = .connection
        case .tlsFailed: self = .tls
        case .timedOut: self = .timeout
        case .requestInvalid, .compressionFailed, .tooManyWaiting, .cancelled: self = .report
        case .answerBroken, .answerTooLarge: self = .broken
        }
    }
}
