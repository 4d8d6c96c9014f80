import Telemetry
import Transport
import Values
import Writing

/// Asks for the task's statistics once a second.
final class StatsClient {
    enum Change {
        case known(WindowUsage)
        /// The first failure in a row.
        case troubled(reason: String)
    }

    private let transfer = HTTPTransfer()
    private let multi: HTTPMulti
    private let url: String
    private var tracker: UsageTracker
    private var beat: Beat
    private var isSent = false
    private var isTroubled = false

    init(uri: String, _ metadata: TaskMetadata, multi: HTTPMulti, now: Instant) {
        url = Text("").add(uri).add("/task/stats").string
        tracker = UsageTracker(metadata)
        beat = Beat(interval: AgentLimits.statsInterval, first: now)
        self.multi = multi
    }

    /// Takes what a newer document says.
    func learn(_ metadata: TaskMetadata) {
        tracker.learn(metadata)
    }

    /// When it asks next; `nil` while an answer is awaited.
    var due: Instant? { isSent ? nil : beat.due }

    /// Goes on without waiting.
    func advance(now: Instant) -> Change? {
        if isSent {
            guard let outcome = transfer.outcome else { return nil }
            isSent = false
            return read(outcome, now: now)
        }
        guard beat.take(now: now) else { return nil }
        do {
            try transfer.prepare(MetadataClient.request(url))
        } catch {
            return failed(error.text)
        }
        isSent = true
        multi.start(transfer)
        return nil
    }

    private func read(_ outcome: Result<Int, TransportError>, now: Instant) -> Change? {
        switch outcome {
        case .failure(let error): return failed(error.text)
        case .success(200):
            do {
                let stats = try TaskStats(parsing: transfer.body)
                isTroubled = false
                return .known(tracker.advance(stats, at: now))
            } catch {
                return failed(error.text)
            }
        case .success(let status): return failed(SampleError.status(status).text)
        }
    }

    private func failed(_ reason: String) -> Change? {
        if isTroubled { return nil }
        isTroubled = true
        return .troubled(reason: reason)
    }
}
