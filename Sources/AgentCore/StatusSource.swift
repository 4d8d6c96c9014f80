import Platform
import Telemetry
import Transport
import Writing

/// Why a sample has no value.
package enum SampleError: Error {
    case transport(TransportError)
    /// nginx answered, but not with 200.
    case status(Int)
    case page(StubStatusError)
    case timedOut

    /// What a person reads in a log.
    package var text: String {
        switch self {
        case .transport(let error): error.text
        case .status(let status): Text("answered ").add(status).add(" instead of 200").string
        case .page(let error): error.text
        case .timedOut: "took too long"
        }
    }

    /// Whether nginx may be another one when it answers again.
    var meansAway: Bool {
        if case .transport(.notConnected) = self { true } else { false }
    }
}

/// The status page of one nginx, asked again and again.
package final class StatusSource {
    package let target: StatusTarget
    private var connection: KeptConnection
    private var tracker = CounterTracker()
    /// How the sample under way ended for this nginx; `nil` until it did.
    private(set) var outcome: Result<StubStatus, SampleError>?

    package init(_ target: StatusTarget) {
        self.target = target
        connection = KeptConnection(
            address: target.address, host: target.host, target: target.path,
            bodyBytesMax: StubStatus.pageBytesMax)
    }

    /// How the sample failed, when it did.
    private(set) var failure = ConnectionFailure.timedOut
    /// Whether nginx, as last counted, had served a request that was not the agent's.
    private(set) var hasServed = false
    /// Requests of the agent's own that it had counted.
    private var ownRequests: UInt64 = 0

    /// Connections opened since the last counted sample.
    package var connectionsOpened: Int { connection.connectionsOpened }

    var readiness: Readiness? { connection.readiness }

    func start() {
        outcome = nil
        do {
            try connection.start()
        } catch {
            fail(.transport(error), connection.failure)
        }
    }

    func advance() {
        guard outcome == nil else { return }
        do {
            guard let status = try connection.advance() else { return }
            guard status == 200 else { return fail(.status(status), .wrongAnswer) }
        } catch {
            return fail(.transport(error), connection.failure)
        }
        do {
            outcome = .success(try StubStatus(parsing: connection.body))
        } catch {
            fail(.page(error), .wrongAnswer)
        }
    }

    func abandon() {
        guard outcome == nil else { return }
        connection.abandon()
        fail(.timedOut, .timedOut)
    }

    /// Follows the counters; only when every nginx of the sample answered.
    func count(_ status: StubStatus) -> CounterTracker.Step {
        let step = tracker.advance(
            status, ownRequests: connection.requestsSent,
            ownConnections: connection.connectionsOpened)
        ownRequests += UInt64(max(0, connection.requestsSent))
        if step == .restarted { ownRequests = UInt64(max(0, connection.requestsSent)) }
        hasServed = status.requests > ownRequests
        connection.requestsSent = 0
        connection.connectionsOpened = 0
        return step
    }

    private func fail(_ error: SampleError, _ kind: ConnectionFailure) {
        failure = kind
        if error.meansAway { tracker.lost() }
        outcome = .failure(error)
    }
}
