import CMicrohttpd
import Platform
import Synchronization

// What is answered, and when.
extension ServerCore {
    enum Answer {
        static let tooLarge = PreparedResponse(
            HTTPResponse(status: 413, text: "the body is too large"))
        static let ambiguous = PreparedResponse(
            HTTPResponse(status: 400, text: "two readings of where the body ends (RFC 9112, 6.3)"))
        static let unknownCoding = PreparedResponse(
            HTTPResponse(status: 501, text: "the one transfer coding that is known is chunked"))
        static let busy: PreparedResponse = {
            var response = HTTPResponse(
                status: 503, text: "busy with those who showed a token: come again")
            response.headers.append(HTTPResponse.Header("Retry-After", "1"))
            return PreparedResponse(response)
        }()
    }

    /// Refusals of strangers, and of whoever holds a token, wait when there are too many.
    func queue(
        _ response: PreparedResponse, _ connection: HTTPConnection, _ handle: OpaquePointer
    ) -> MHD_Result {
        if holdsRefusals(of: connection), Self.isRefusal(response.status) {
            if connection.isTrusted { charge(StrangerBudget.requestSeconds) }
            if !allows(.refusal) { return hold(response, connection, handle) }
        }
        answerQueued(connection)
        return response.queue(on: handle, closing: isDraining.load(ordering: .relaxed))
    }

    func hold(
        _ response: PreparedResponse, _ connection: HTTPConnection, _ handle: OpaquePointer
    ) -> MHD_Result {
        counters.heldAnswers.add(1, ordering: .relaxed)
        answerQueued(connection)
        held.add(connection.suspend(handle), response)
        return .YES
    }

    /// A stream has no deadline: who does not read it is cut off by what is pending.
    func begin(
        _ stream: HTTPStream, _ response: HTTPResponse, _ connection: HTTPConnection,
        _ handle: OpaquePointer
    ) -> MHD_Result {
        answerQueued(connection)
        connection.deadlineMs.store(HTTPConnection.noDeadline, ordering: .relaxed)
        stream.begin(on: connection, wakeUps: wakeUps)
        connection.setStream(stream)
        return response.queue(stream, on: handle)
    }

    /// The body is not waited for; libmicrohttpd then closes the connection. It takes no answer in
    /// the middle of a body, so that one which is held ends in the connection's end alone.
    func queueEarly(
        _ response: PreparedResponse, _ connection: HTTPConnection, _ handle: OpaquePointer
    ) -> MHD_Result {
        if holdsRefusals(of: connection), !connection.isTrusted, !allows(.refusal) {
            return hold(response, connection, handle)
        }
        answerQueued(connection)
        return response.queue(on: handle, closing: true)
    }

    func holdsRefusals(of connection: HTTPConnection) -> Bool {
        limits.strangersShare > 0 && !isDraining.load(ordering: .relaxed)
    }

    /// 429 is no refusal: it is said to agents that are to come again.
    static func isRefusal(_ status: UInt32) -> Bool {
        (400...499).contains(status) && status != 429 || status == 503
    }

    /// From here on the client has its time to take the answer.
    func answerQueued(_ connection: HTTPConnection) {
        connection.phase = .answering
        connection.deadlineMs.store(CoarseClock.nowMs() + requestTimeoutMs, ordering: .relaxed)
    }

    func allows(_ kind: StrangerBudget.Kind) -> Bool {
        budget.withLock { $0.allows(kind, nowMs: CoarseClock.nowMs()) }
    }

    func charge(_ seconds: Double) {
        counters.strangersMicroseconds.add(Int(seconds * 1e6), ordering: .relaxed)
        budget.withLock { $0.charge(seconds, nowMs: CoarseClock.nowMs()) }
    }

    /// The processors, of which strangers have their share; and whether those are used up.
    func setStrangers(processors: Double, isTight: Bool) {
        let share = limits.strangersShare * processors
        budget.withLock { budget in
            budget.share = share
            budget.isTight = isTight
        }
    }
}
