import CMicrohttpd
import Platform
import Synchronization

/// What the server keeps for one connection.
///
/// Sendable by proof: `isRefused`, `isTrusted`, `isFresh`, `isStreaming`, `phase`, `reply`,
/// `refusal`, `mark`, `context` and what belongs to the body are touched only by callbacks of this
/// connection, which libmicrohttpd makes one at a time on the thread that accepted it; `slot`,
/// `isListed`, `isLeaving` and the links only under the registry's lock; the rest is immutable,
/// atomic or behind a lock.
final class HTTPConnection: @unchecked Sendable {
    enum Phase {
        case idle, readingBody, answering, deferred
    }

    let descriptor: Int32
    let address: PeerAddress?
    /// Coarse milliseconds of the monotonic clock; the connection is shut down past them.
    let deadlineMs: Atomic<Int64>
    /// Since when no request is under way; `notIdle` while one is.
    let idleSinceMs: Atomic<Int64>

    var slot = 0
    var isListed = false
    var isLeaving = false
    var amongStrangers = ConnectionList.Links()
    var amongAddress = ConnectionList.Links()

    /// There is no place for it: what it sends is not read.
    var isRefused = false
    /// A request on it has shown who sends it.
    var isTrusted = false
    /// No request on it has ended.
    var isFresh = true
    var phase = Phase.idle
    /// The answer to a request whose body came in one piece, until libmicrohttpd asks for it.
    var reply: HTTPReply?
    /// The answer to a request that was refused by its head.
    var refusal: PreparedResponse?
    /// What the request's admission left for its handler.
    var mark = 0
    /// The request under way is answered with a stream.
    var isStreaming = false
    /// What a handler left for the connection's next request.
    var context: (any AnyObject & Sendable)?
    var body = RequestBody()
    /// Instead of `body`, libmicrohttpd's own memory, for the time of the handler's call.
    var lentBody: UnsafeRawBufferPointer?

    fileprivate struct Deferral {
        var ticket: UInt64 = 0
        var handle: OpaquePointer?
        var response: DeferredAnswer?
        /// The answer under way, where it is a stream.
        var stream: HTTPStream?
    }
    private let deferral = Lock(Deferral())

    private let wakeUps: WakeUps

    static let noDeadline = Int64.max
    static let notIdle = Int64.max

    init(
        descriptor: Int32, address: PeerAddress?, nowMs: Int64, deadlineMs: Int64, wakeUps: WakeUps
    ) {
        self.wakeUps = wakeUps
        self.descriptor = descriptor
        self.address = address
        self.deadlineMs = Atomic(deadlineMs)
        idleSinceMs = Atomic(nowMs)
    }

    func withBody<Result>(
        _ use: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        if let lentBody { return try use(lentBody) }
        return try body.bytes.withUnsafeBytes(use)
    }

    // MARK: Deferred answers

    func suspend(_ handle: OpaquePointer) -> DeferredResponse {
        precondition(phase == .answering, "a request is deferred once, by its handler")
        phase = .deferred
        // Suspended before anybody can answer, so that resuming always comes after.
        MHD_suspend_connection(handle)
        let address = UInt(bitPattern: handle)
        let ticket = deferral.withLock { deferral in
            deferral.ticket += 1
            deferral.handle = OpaquePointer(bitPattern: address)
            return deferral.ticket
        }
        return DeferredResponse(connection: self, ticket: ticket)
    }

    /// Takes the first answer to this ticket and wakes the connection; others are dropped.
    func answer(_ ticket: UInt64, with response: HTTPResponse) {
        answer(ticket, with: .response(response))
    }

    func answer(_ ticket: UInt64, with response: DeferredAnswer) {
        deferral.withLock { deferral in
            guard deferral.ticket == ticket else { return }
            deferral.resume(with: response)
        }
        wakeUps.wake()
    }

    /// Answers what is still open, at the server's stop.
    func answerOpen(with response: HTTPResponse) {
        endStream()
        let isResumed = deferral.withLock { $0.resume(with: .response(response)) }
        if isResumed { wakeUps.wake() }
    }

    func setStream(_ stream: HTTPStream?) {
        isStreaming = stream != nil
        deferral.withLock { $0.stream = stream }
    }

    func endStream() {
        let stream = deferral.withLock { $0.stream }
        stream?.end()
    }

    /// The deferred answer; `nil` when the connection was woken without one.
    func takeResponse() -> DeferredAnswer? {
        deferral.withLock { deferral in
            defer { deferral.response = nil }
            return deferral.response
        }
    }
}

extension HTTPConnection.Deferral {
    /// A suspended connection is not freed before it is resumed, and it is resumed once: here.
    @discardableResult
    fileprivate mutating func resume(with response: DeferredAnswer) -> Bool {
        guard let handle else { return false }
        self.handle = nil
        self.response = response
        MHD_resume_connection(handle)
        return true
    }
}

/// What a suspended request is answered with.
enum DeferredAnswer: Sendable {
    case response(HTTPResponse)
    case prepared(PreparedResponse)

    func queue(on connection: OpaquePointer, closing: Bool) -> MHD_Result {
        switch self {
        case .response(let response): response.queue(on: connection, closing: closing)
        case .prepared(let response): response.queue(on: connection, closing: closing)
        }
    }
}
