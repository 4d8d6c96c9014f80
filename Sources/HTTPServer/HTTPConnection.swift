import CMicrohttpd
import Platform
import Synchronization

/// What the server keeps for one connection.
///
/// Sendable by proof: `isRefused`, `phase`, `reply` and what belongs to the body are touched only by
/// callbacks of this connection, which libmicrohttpd makes one at a time on the thread that accepted it;
/// `slot` only under the registry's lock; the rest is immutable, atomic or behind a lock.
final class HTTPConnection: @unchecked Sendable {
    enum Phase {
        case idle, readingBody, answering, deferred
    }

    let descriptor: Int32
    /// The peer's, where connections are counted by address.
    let address: String?
    /// Coarse milliseconds of the monotonic clock; the connection is shut down past them.
    let deadlineMs: Atomic<Int64>
    var slot = 0

    /// One too many of its address: what it sends is not read.
    var isRefused = false
    var phase = Phase.idle
    /// The answer to a request whose body came in one piece, until libmicrohttpd asks for it.
    var reply: HTTPReply?
    private var body: [UInt8] = []
    /// Instead of `body`, libmicrohttpd's own memory, for the time of the handler's call.
    var lentBody: UnsafeRawBufferPointer?
    /// What Content-Length announced; `nil` without one.
    private var bodyBytesAnnounced: Int?
    /// Bytes of the body seen, held or not.
    private var bodyBytes = 0
    private var isTooLarge = false

    fileprivate struct Deferral {
        var ticket: UInt64 = 0
        var handle: OpaquePointer?
        var response: HTTPResponse?
    }
    private let deferral = Lock(Deferral())

    private let bells: Bells

    static let noDeadline = Int64.max

    init(descriptor: Int32, address: String?, deadlineMs: Int64, bells: Bells) {
        self.bells = bells
        self.descriptor = descriptor
        self.address = address
        self.deadlineMs = Atomic(deadlineMs)
    }

    // MARK: Body

    func beginBody(bytesAnnounced: Int?) {
        body.removeAll(keepingCapacity: true)
        bodyBytesAnnounced = bytesAnnounced
        bodyBytes = 0
        isTooLarge = false
    }

    /// Whether the bytes are the whole body, which then need not be held.
    func isWholeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bodyBytes == 0 && bytes.count == bodyBytesAnnounced && !isTooLarge
    }

    func withBody<Result>(
        _ use: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        if let lentBody { return try use(lentBody) }
        return try body.withUnsafeBytes(use)
    }

    /// The body will be refused: read it to its end, hold nothing.
    func refuseBody() {
        isTooLarge = true
        body = []
    }

    var isBodyRefused: Bool { isTooLarge }

    /// False when the client has sent more than the server is willing to throw away.
    func append(_ bytes: UnsafeRawBufferPointer, limits: HTTPServerLimits) -> Bool {
        bodyBytes += bytes.count
        if bodyBytes > limits.bodyBytesMax { refuseBody() }
        if isTooLarge { return bodyBytes <= limits.discardedBytesMax }
        body.append(contentsOf: bytes)
        return true
    }

    func endBody(keptBytesMax: Int) {
        if body.capacity > keptBytesMax { body = [] }
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
        deferral.withLock { deferral in
            guard deferral.ticket == ticket else { return }
            deferral.resume(with: response)
        }
        bells.ring()
    }

    /// Answers what is still open, at the server's stop.
    func answerOpen(with response: HTTPResponse) {
        deferral.withLock { $0.resume(with: response) }
        bells.ring()
    }

    /// The deferred answer; `nil` when the connection was woken without one.
    func takeResponse() -> HTTPResponse? {
        deferral.withLock { deferral in
            defer { deferral.response = nil }
            return deferral.response
        }
    }
}

extension HTTPConnection.Deferral {
    /// A suspended connection is not freed before it is resumed, and it is resumed once: here.
    fileprivate mutating func resume(with response: HTTPResponse) {
        guard let handle else { return }
        self.handle = nil
        self.response = response
        MHD_resume_connection(handle)
    }
}
