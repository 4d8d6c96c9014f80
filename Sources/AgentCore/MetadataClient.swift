import Platform
import Transport
import Values
import Writing

/// Asks the task metadata endpoint until it told who this task is, and then now and then.
package final class MetadataClient {
    package enum Change {
        case known(TaskMetadata)
        /// The first failure in a row.
        case troubled(reason: String)
    }

    private let url: String
    private let serviceName: String?
    private let backendContainer: String?
    private let transfer = HTTPTransfer()
    private let multi: HTTPMulti
    private var backoff: Backoff
    private var isSent = false
    private var nextAt: Instant
    private var known: TaskMetadata?

    package init(_ settings: AgentSettings, backoff: Backoff, multi: HTTPMulti, now: Instant) {
        url = Text("").add(settings.metadataURI).add("/task").string
        serviceName = settings.serviceName
        backendContainer = settings.backendContainer
        self.backoff = backoff
        self.multi = multi
        nextAt = now
    }

    /// When there is something to do; `nil` while an answer is awaited.
    package var due: Instant? { isSent ? nil : nextAt }

    /// Goes on without waiting.
    package func advance(now: Instant) -> Change? {
        if isSent {
            guard let outcome = transfer.outcome else { return nil }
            isSent = false
            let answer = Self.read(
                outcome, transfer.body, serviceName: serviceName,
                backendContainer: backendContainer)
            switch answer {
            case .success(let metadata):
                backoff.succeeded()
                return .known(take(metadata, now))
            case .failure(let trouble): return failed(trouble.reason, now: now)
            }
        }
        guard nextAt <= now else { return nil }
        do {
            try transfer.prepare(Self.request(url))
        } catch {
            return failed(error.text, now: now)
        }
        isSent = true
        multi.start(transfer)
        return nil
    }

    /// A task's first documents may lack containers, limits or the service.
    private func take(_ metadata: TaskMetadata, _ now: Instant) -> TaskMetadata {
        let whole = known.map { metadata.completed(by: $0) } ?? metadata
        known = whole
        nextAt = now + AgentLimits.metadataInterval
        return whole
    }

    private func failed(_ reason: String, now: Instant) -> Change? {
        let isFirst = backoff.failures == 0
        nextAt = now + backoff.failed(random: ThisProcess.randomBits())
        return isFirst ? .troubled(reason: reason) : nil
    }

    @inline(never)
    package static func request(_ url: String) -> HTTPRequest {
        var request = HTTPRequest(.get, url)
        request.connectTimeout = AgentLimits.metadataTimeout
        request.timeout = AgentLimits.metadataTimeout
        request.answerBytesMax = AgentLimits.metadataBytesMax
        return request
    }

    /// Why there is no metadata.
    package struct Trouble: Error {
        package let reason: String
    }

    package static func read(
        _ outcome: Result<Int, TransportError>, _ body: [UInt8], serviceName: String?,
        backendContainer: String? = nil
    ) -> Result<TaskMetadata, Trouble> {
        switch outcome {
        case .failure(let error): return .failure(Trouble(reason: error.text))
        case .success(200):
            do {
                return .success(
                    try TaskMetadata(
                        parsing: body, serviceName: serviceName,
                        backendContainer: backendContainer))
            } catch {
                return .failure(Trouble(reason: error.text))
            }
        case .success(let status):
            return .failure(Trouble(reason: SampleError.status(status).text))
        }
    }
}
