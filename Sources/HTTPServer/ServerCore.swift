import CMicrohttpd
import Synchronization

/// What the callbacks of libmicrohttpd work on; lives as long as its daemon.
final class ServerCore: Sendable {
    let limits: HTTPServerLimits
    let tls: ServerTLS?
    let bells: Bells
    let registry: ConnectionRegistry
    let requestsInProgress = Atomic<Int>(0)
    let isDraining = Atomic<Bool>(false)
    private let handler: HTTPServer.Handler
    private let tooLarge = PreparedResponse(
        HTTPResponse(status: 413, text: "the body is too large"))
    private let requestTimeoutMs: Int64
    private let idleTimeoutMs: Int64

    init(
        threads: Int, limits: HTTPServerLimits, tls: ServerTLS?,
        handler: @escaping HTTPServer.Handler
    ) {
        bells = Bells(threads: threads)
        self.limits = limits
        registry = ConnectionRegistry(perAddressMax: limits.connectionsPerAddressMax)
        self.tls = tls
        self.handler = handler
        requestTimeoutMs = Int64(limits.requestTimeout.milliseconds)
        idleTimeoutMs = Int64(limits.idleTimeout.milliseconds)
    }

    // MARK: Connections

    func connectionStarted(_ handle: OpaquePointer) -> HTTPConnection {
        tls?.begin(handle)
        let connection = HTTPConnection(
            descriptor: microhttpd_descriptor(handle),
            address: registry.countsAddresses ? peerAddress(of: handle) : nil,
            deadlineMs: CoarseClock.nowMs() + requestTimeoutMs, bells: bells)
        if !registry.add(connection) {
            // libmicrohttpd closes it as soon as it reads from it.
            connection.isRefused = true
            shutdown(connection.descriptor, Int32(SHUT_RDWR))
        }
        return connection
    }

    func connectionEnded(_ connection: HTTPConnection) {
        registry.remove(connection)
        // At its limit libmicrohttpd leaves the listening socket alone until it runs again.
        bells.ring()
    }

    // MARK: Requests

    /// The head is there, the body is not.
    func requestStarted(_ connection: HTTPConnection, _ handle: OpaquePointer) -> MHD_Result {
        requestsInProgress.add(1, ordering: .relaxed)
        connection.phase = .readingBody
        let announced = contentLength(of: handle)
        connection.beginBody(bytesAnnounced: announced)
        connection.deadlineMs.store(CoarseClock.nowMs() + requestTimeoutMs, ordering: .relaxed)
        guard let length = announced, length > limits.bodyBytesMax else { return .YES }
        connection.refuseBody()
        let waitsForLeave = MHD_lookup_connection_value(handle, .HEADER_KIND, "Expect") != nil
        guard waitsForLeave || length > limits.discardedBytesMax else { return .YES }
        // Answered before the body: libmicrohttpd then closes the connection.
        return queueTooLarge(connection, handle)
    }

    /// A body in one piece is handled where it is; pieces are collected.
    func bodyArrived(
        _ connection: HTTPConnection, _ handle: OpaquePointer, method: UnsafePointer<CChar>,
        url: UnsafePointer<CChar>, _ bytes: UnsafeRawBufferPointer
    ) -> MHD_Result {
        // After an early answer the rest of the body is of no interest.
        guard connection.phase == .readingBody else { return .YES }
        guard connection.isWholeBody(bytes) else {
            return connection.append(bytes, limits: limits) ? .YES : .NO
        }
        connection.lentBody = bytes
        connection.reply = callHandler(connection, handle, method: method, url: url)
        connection.lentBody = nil
        return .YES
    }

    func requestArrived(
        _ connection: HTTPConnection, _ handle: OpaquePointer, method: UnsafePointer<CChar>,
        url: UnsafePointer<CChar>
    ) -> MHD_Result {
        if connection.isBodyRefused { return queueTooLarge(connection, handle) }
        let reply =
            connection.reply ?? callHandler(connection, handle, method: method, url: url)
        let closing = isDraining.load(ordering: .relaxed)
        switch reply {
        case .prepared(let response):
            answerQueued(connection)
            return response.queue(on: handle, closing: closing)
        case .response(let response):
            answerQueued(connection)
            return response.queue(on: handle, closing: closing)
        case .later:
            precondition(connection.phase == .deferred, "`.later` comes after deferResponse()")
            return .YES
        }
    }

    /// Swift 6.3.1 crashes when it inlines this.
    @inline(never)
    private func callHandler(
        _ connection: HTTPConnection, _ handle: OpaquePointer, method: UnsafePointer<CChar>,
        url: UnsafePointer<CChar>
    ) -> HTTPReply {
        connection.phase = .answering
        connection.deadlineMs.store(HTTPConnection.noDeadline, ordering: .relaxed)
        return handler(
            HTTPRequest(connection: connection, handle: handle, method: method, url: url))
    }

    func requestResumed(_ connection: HTTPConnection, _ handle: OpaquePointer) -> MHD_Result {
        guard let response = connection.takeResponse() else { return .YES }
        connection.reply = nil
        answerQueued(connection)
        return response.queue(on: handle, closing: isDraining.load(ordering: .relaxed))
    }

    func requestEnded(_ connection: HTTPConnection) {
        requestsInProgress.subtract(1, ordering: .relaxed)
        connection.phase = .idle
        connection.reply = nil
        connection.endBody(keptBytesMax: limits.bodyBufferKeptBytesMax)
        connection.deadlineMs.store(CoarseClock.nowMs() + idleTimeoutMs, ordering: .relaxed)
    }

    private func queueTooLarge(
        _ connection: HTTPConnection, _ handle: OpaquePointer
    ) -> MHD_Result {
        answerQueued(connection)
        return tooLarge.queue(on: handle, closing: isDraining.load(ordering: .relaxed))
    }

    /// From here on the client has its time to take the answer.
    private func answerQueued(_ connection: HTTPConnection) {
        connection.phase = .answering
        connection.deadlineMs.store(CoarseClock.nowMs() + requestTimeoutMs, ordering: .relaxed)
    }

    /// `nil` when the length is not announced; libmicrohttpd has refused what is not a number.
    private func contentLength(of handle: OpaquePointer) -> Int? {
        guard let text = connectionValue(handle, .HEADER_KIND, "Content-Length") else {
            return nil
        }
        var length = 0
        for digit in text {
            guard (0x30...0x39).contains(digit) else { break }
            length = length > Int.max / 16 ? Int.max / 16 : length * 10 + Int(digit - 0x30)
        }
        return length
    }
}

/// A clock of about 4 ms resolution that costs next to nothing; for deadlines of seconds.
enum CoarseClock {
    static func nowMs() -> Int64 {
        var time = timespec()
        precondition(clock_gettime(CLOCK_MONOTONIC_COARSE, &time) == 0, "Linux has this clock")
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
