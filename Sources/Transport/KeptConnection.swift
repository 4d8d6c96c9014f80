import Platform
import Writing

/// Sends one GET again and again over a connection of its own, one at a time, without blocking.
///
/// For the status page of the own task: an address, no name, no TLS, no proxy; a quarter of
/// libcurl's work a request (`make bench NAME=agent`). HTTP is read strictly: after an answer
/// that is not one, the connection is closed and the next request opens another.
///
/// **A request is begun ahead**: the first bytes of the next leave together with the end of the one
/// before. nginx, when its worker connections run out, closes connections that are idle between two
/// requests ("reusable"), so that an ordinary kept connection is lost at the very moment when the
/// page matters most. A connection on which a request has begun is never idle.
/// ```
///   sent      GET /status … ⏎⏎ GET␠         /status … ⏎⏎ GET␠           /status …
///   answered                    page                     page
///   nginx     ├─ request 1 ────┤├─ request 2 begun ─────┤├─ request 3 begun …
/// ```
/// nginx makes the begun request only after it has answered the one before: the page that answers a
/// request does not count the next, and other readers of the page see one more in Reading. What it
/// closes all the same (its `client_header_timeout`, 60 s, a reload, `keepalive_requests`) is
/// opened again by the next request, which nobody loses.
package struct KeptConnection: ~Copyable {
    /// What is sent of a request ahead of it.
    private static let begunCount = 4
    /// What is read at once: an answer usually fits the first, and a long head is soon through.
    private static let readBytes = (first: 4096, next: 16_384)

    private let address: SocketAddress
    /// A request and the beginning of the next.
    private let bytes: [UInt8]
    private let bodyBytesMax: Int

    private var socket: StreamSocket?
    private var phase = Phase.idle
    private var received: [UInt8] = []
    /// Whether a request was answered on this connection before.
    private var isReused = false
    private var sentCount = 0

    /// How the last request that threw failed.
    package private(set) var failure = ConnectionFailure.refused
    /// The body of the last answer.
    package private(set) var body: [UInt8] = []
    /// Connections opened since the owner last set it to zero.
    package var connectionsOpened = 0
    /// Requests that left since the owner last set it to zero, answered or not.
    package var requestsSent = 0

    private enum Phase {
        case idle
        case sending
        case receiving
    }

    /// `target` is the path and query; `host` goes into the Host header.
    package init(address: SocketAddress, host: String, target: String, bodyBytesMax: Int) {
        self.address = address
        self.bodyBytesMax = bodyBytesMax
        let request =
            Text("GET ").add(target).add(" HTTP/1.1\r\nHost: ").add(host)
            .add("\r\nAccept: text/plain\r\n\r\n").utf8
        bytes = request + request[..<Self.begunCount]
    }

    package var isIdle: Bool { phase == .idle }

    /// What the request under way waits for.
    package var readiness: Readiness? {
        switch phase {
        case .idle: return nil
        case .sending: return descriptor.map { Readiness($0, isForWriting: true) }
        case .receiving: return descriptor.map { Readiness($0) }
        }
    }

    private var descriptor: Int32? {
        switch socket {
        case .some(let open): open.descriptor
        case .none: nil
        }
    }

    /// Begins a request; `advance` then moves it on.
    package mutating func start() throws(TransportError) {
        precondition(phase == .idle, "one request at a time")
        received.removeAll(keepingCapacity: true)
        isReused = socket != nil
        // The beginning is there already.
        sentCount = Self.begunCount
        if !isReused { try open() }
        phase = .sending
        do {
            try send()
        } catch {
            try reopenOrThrow(error)
        }
    }

    /// Goes on without waiting and gives the answer's status, or `nil` while it is not there.
    package mutating func advance() throws(TransportError) -> Int? {
        do {
            if phase == .sending { try send() }
            guard phase == .receiving else { return nil }
            return try receive()
        } catch {
            try reopenOrThrow(error)
            return nil
        }
    }

    /// Gives up the request under way and its connection.
    package mutating func abandon() {
        socket = nil
        phase = .idle
    }

    private mutating func open() throws(TransportError) {
        do {
            socket = try StreamSocket.connecting(to: address)
            sentCount = 0
            connectionsOpened += 1
        } catch {
            failure = error.isRefusal ? .refused : .timedOut
            throw .notConnected(detail: error.text)
        }
    }

    /// A kept connection may have been closed between two requests: then a new one serves instead.
    private mutating func reopenOrThrow(_ failure: Failure) throws(TransportError) {
        // What went into a closed connection did not reach nginx; a request that had begun there
        // did.
        let reachedNginx = isReused && failure.isClosureBeforeAnswer
        if phase == .receiving && failure.isClosureBeforeAnswer { requestsSent -= 1 }
        abandon()
        guard reachedNginx else {
            self.failure = failure.kind
            throw failure.error
        }
        requestsSent += 1
        isReused = false
        received.removeAll(keepingCapacity: true)
        try open()
        phase = .sending
        do {
            try send()
        } catch {
            abandon()
            self.failure = error.kind
            throw error.error
        }
    }

    private mutating func send() throws(Failure) {
        do {
            sentCount += try socket?.send(bytes, from: sentCount) ?? 0
        } catch {
            throw Failure(error, received: 0)
        }
        guard sentCount == bytes.count else { return }
        requestsSent += 1
        phase = .receiving
    }

    private mutating func receive() throws(Failure) -> Int? {
        while true {
            guard let count = try receiveOnce() else { return nil }
            let answer: HTTPAnswer?
            do {
                answer = try HTTPAnswer.read(
                    received, atEnd: count == 0, bodyBytesMax: bodyBytesMax, into: &body)
            } catch {
                throw Failure(error)
            }
            if let answer { return try finish(answer) }
        }
    }

    private mutating func receiveOnce() throws(Failure) -> Int? {
        do throws(SystemError) {
            switch socket {
            case .some(let open):
                let bytesMax = received.isEmpty ? Self.readBytes.first : Self.readBytes.next
                return try open.append(to: &received, atMost: bytesMax)
            case .none: return nil
            }
        } catch {
            throw Failure(error, received: received.count)
        }
    }

    private mutating func finish(_ answer: HTTPAnswer) throws(Failure) -> Int {
        guard answer.length == received.count else {
            throw Failure(.malformed("bytes behind the answer"))
        }
        // A server's farewell to a request that did not go on, and no answer to the one that was
        // sent.
        if answer.status == 408 && answer.closes && isReused {
            throw Failure(.closed)
        }
        phase = .idle
        if answer.closes { socket = nil }
        return answer.status
    }
}

/// How a request over a connection of one's own fails.
package enum ConnectionFailure: Sendable {
    /// Nobody listens there.
    case refused
    /// The connection is not made in time, or waits in a queue that is full.
    case timedOut
    /// Closed before the first byte of an answer.
    case reset
    /// Closed within the answer.
    case cutShort
    /// What came is no HTTP, or too much of it.
    case wrongAnswer
}

/// An error with what it means for a kept connection.
private struct Failure: Error {
    let error: TransportError
    let kind: ConnectionFailure
    let isClosureBeforeAnswer: Bool

    /// Of the socket, when so many bytes of an answer had come.
    init(_ error: SystemError, received count: Int) {
        isClosureBeforeAnswer = error.isClosure && count == 0
        self.error =
            error.isClosure
            ? .answerBroken(detail: error.text) : .notConnected(detail: error.text)
        kind =
            error.isRefusal
            ? .refused : !error.isClosure ? .timedOut : count == 0 ? .reset : .cutShort
    }

    init(_ error: HTTPAnswerError) {
        self.error = .answerBroken(detail: error.text)
        switch error {
        case .closed: (kind, isClosureBeforeAnswer) = (.reset, true)
        case .cutShort: (kind, isClosureBeforeAnswer) = (.cutShort, false)
        case .tooLarge, .malformed: (kind, isClosureBeforeAnswer) = (.wrongAnswer, false)
        }
    }
}
