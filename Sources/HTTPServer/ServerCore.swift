import CMicrohttpd
import Platform
import Synchronization

/// What the callbacks of libmicrohttpd work on; lives as long as its daemon.
///
/// A request is admitted by its head, its body then held or not, and whole it is handled. What is
/// refused, and what strangers ask for, has a share of the processors: see `StrangerBudget`.
final class ServerCore: Sendable {
    let limits: HTTPServerLimits
    let tls: ServerTLS?
    let wakeUps: WakeUps
    let registry: ConnectionRegistry
    let counters: HTTPServerCounters
    let requestsInProgress = Atomic<Int>(0)
    let isDraining = Atomic<Bool>(false)
    /// Signalled when the last request in progress ends, while it drains.
    let isQuiet = Semaphore()
    let admit: HTTPServer.Admit
    let handler: HTTPServer.Handler
    let budget: Lock<StrangerBudget>
    let held = HeldAnswers()
    let requestTimeoutMs: Int64
    let idleTimeoutMs: Int64

    init(
        threads: Int, limits: HTTPServerLimits, tls: ServerTLS?, counters: HTTPServerCounters,
        admit: @escaping HTTPServer.Admit, handler: @escaping HTTPServer.Handler
    ) {
        self.counters = counters
        wakeUps = WakeUps(threads: threads)
        self.limits = limits
        registry = ConnectionRegistry(limits: limits, counters: counters)
        self.tls = tls
        self.admit = admit
        self.handler = handler
        budget = Lock(
            StrangerBudget(share: limits.strangersShare, nowMs: CoarseClock.nowMs()))
        requestTimeoutMs = Int64(limits.requestTimeout.milliseconds)
        idleTimeoutMs = Int64(limits.idleTimeout.milliseconds)
    }

    // MARK: Connections

    func connectionStarted(_ handle: OpaquePointer) -> HTTPConnection {
        tls?.begin(handle)
        let nowMs = CoarseClock.nowMs()
        let connection = HTTPConnection(
            descriptor: microhttpd_descriptor(handle), address: PeerAddress(of: handle),
            nowMs: nowMs, deadlineMs: nowMs + requestTimeoutMs, wakeUps: wakeUps)
        connection.isRefused = !registry.add(connection, nowMs: nowMs)
        if limits.strangersShare > 0 { charge(StrangerBudget.connectionSeconds) }
        return connection
    }

    func connectionEnded(_ connection: HTTPConnection) {
        registry.remove(connection)
        // At its limit libmicrohttpd leaves the listening socket alone until it runs again.
        wakeUps.wake()
    }

    /// Every few moments, on the watchdog's thread.
    func turn(looksForLate: Bool) {
        let nowMs = CoarseClock.nowMs()
        if looksForLate { registry.shutDownLate(nowMs: nowMs) }
        held.release {
            budget.withLock { budget in
                guard budget.allows(.read, nowMs: nowMs) else { return false }
                budget.charge(StrangerBudget.requestSeconds, nowMs: nowMs)
                return true
            }
        }
    }

    // MARK: Requests

    /// The head is there, the body is not.
    func requestStarted(
        _ connection: HTTPConnection, _ handle: OpaquePointer, method: UnsafePointer<CChar>,
        url: UnsafePointer<CChar>
    ) -> MHD_Result {
        requestsInProgress.add(1, ordering: .relaxed)
        connection.phase = .readingBody
        connection.idleSinceMs.store(HTTPConnection.notIdle, ordering: .relaxed)
        connection.deadlineMs.store(CoarseClock.nowMs() + requestTimeoutMs, ordering: .relaxed)
        let framing = microhttpd_framing(handle)
        guard !framing.is_ambiguous, !framing.is_unknown else {
            counters.ambiguous.add(1, ordering: .relaxed)
            let answer = framing.is_ambiguous ? Answer.ambiguous : Answer.unknownCoding
            return queueEarly(answer, connection, handle)
        }
        connection.body.begin(announced: framing.length < 0 ? nil : Int(framing.length))
        take(
            admit(HTTPRequest(connection: connection, handle: handle, method: method, url: url)),
            connection, isTooLarge: framing.length > limits.bodyBytesMax)
        // Answered before the body: libmicrohttpd then closes the connection.
        switch connection.body.fate {
        case .tooLarge where framing.expects || connection.body.exceeds(limits):
            return queueEarly(Answer.tooLarge, connection, handle)
        case .refused where framing.expects || connection.body.exceeds(limits):
            return queueEarly(connection.refusal ?? Answer.tooLarge, connection, handle)
        default: return .YES
        }
    }

    func take(
        _ admission: HTTPAdmission, _ connection: HTTPConnection, isTooLarge: Bool
    ) {
        switch admission {
        case .refused(let answer): return refuse(connection, answer)
        case .trusted(let mark):
            connection.mark = mark
            if !connection.isTrusted {
                connection.isTrusted = true
                registry.trust(connection)
            }
        case .taken, .withoutBody:
            guard connection.isTrusted || allowsRead(connection) else {
                return refuse(connection, Answer.busy)
            }
            if case .withoutBody = admission { return connection.body.discard(as: .ignored) }
        }
        if isTooLarge { connection.body.discard(as: .tooLarge) }
    }

    func refuse(_ connection: HTTPConnection, _ answer: PreparedResponse) {
        connection.refusal = answer
        connection.body.discard(as: .refused)
    }

    /// A health check is loopback's, and comes on a connection of its own.
    func allowsRead(_ connection: HTTPConnection) -> Bool {
        guard limits.strangersShare > 0 else { return true }
        let isHealthCheck = connection.isFresh && connection.address?.isLoopback == true
        return isHealthCheck || allows(.read)
    }

    /// A body in one piece is handled where it is; pieces are collected.
    func bodyArrived(
        _ connection: HTTPConnection, _ handle: OpaquePointer, method: UnsafePointer<CChar>,
        url: UnsafePointer<CChar>, _ bytes: UnsafeRawBufferPointer
    ) -> MHD_Result {
        // After an early answer the rest of the body is of no interest.
        guard connection.phase == .readingBody else { return .YES }
        guard connection.body.isWhole(bytes) else {
            return connection.body.append(bytes, limits) ? .YES : .NO
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
        switch connection.body.fate {
        case .tooLarge: return queue(Answer.tooLarge, connection, handle)
        case .refused: return queue(connection.refusal ?? Answer.busy, connection, handle)
        case .held, .ignored: break
        }
        let reply =
            connection.reply ?? callHandler(connection, handle, method: method, url: url)
        switch reply {
        case .prepared(let response): return queue(response, connection, handle)
        case .response(let response):
            if holdsRefusals(of: connection), Self.isRefusal(UInt32(response.status)) {
                return queue(PreparedResponse(response), connection, handle)
            }
            answerQueued(connection)
            return response.queue(on: handle, closing: isDraining.load(ordering: .relaxed))
        case .stream(let response, let stream):
            return begin(stream, response, connection, handle)
        case .later:
            precondition(connection.phase == .deferred, "`.later` comes after deferResponse()")
            return .YES
        }
    }

    /// Swift 6.3.1 crashes when it inlines this.
    @inline(never)
    func callHandler(
        _ connection: HTTPConnection, _ handle: OpaquePointer, method: UnsafePointer<CChar>,
        url: UnsafePointer<CChar>
    ) -> HTTPReply {
        connection.phase = .answering
        connection.deadlineMs.store(HTTPConnection.noDeadline, ordering: .relaxed)
        let request = HTTPRequest(
            connection: connection, handle: handle, method: method, url: url)
        guard limits.strangersShare > 0, !connection.isTrusted else { return handler(request) }
        // What is read may be a thousand services long.
        let begin = CoarseClock.threadSeconds()
        defer { charge(CoarseClock.threadSeconds() - begin) }
        return handler(request)
    }

    func requestResumed(_ connection: HTTPConnection, _ handle: OpaquePointer) -> MHD_Result {
        guard let response = connection.takeResponse() else { return .YES }
        connection.reply = nil
        answerQueued(connection)
        return response.queue(on: handle, closing: isDraining.load(ordering: .relaxed))
    }

    func requestEnded(_ connection: HTTPConnection) {
        let left = requestsInProgress.subtract(1, ordering: .sequentiallyConsistent).newValue
        if left == 0, isDraining.load(ordering: .sequentiallyConsistent) { isQuiet.signal() }
        connection.phase = .idle
        connection.reply = nil
        connection.refusal = nil
        if connection.isStreaming { connection.setStream(nil) }
        connection.isFresh = false
        connection.body.end(keptBytesMax: limits.bodyBufferKeptBytesMax)
        let nowMs = CoarseClock.nowMs()
        connection.idleSinceMs.store(nowMs, ordering: .relaxed)
        connection.deadlineMs.store(nowMs + idleTimeoutMs, ordering: .relaxed)
        guard !connection.isTrusted else { return }
        registry.heard(connection)
        if limits.strangersShare > 0 { charge(StrangerBudget.requestSeconds) }
    }
}

/// A clock of about 4 ms resolution that costs next to nothing; for deadlines of seconds.
enum CoarseClock {
    static func nowMs() -> Int64 {
        var time = timespec()
        precondition(clock_gettime(CLOCK_MONOTONIC_COARSE, &time) == 0, "Linux has this clock")
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// What the calling thread has used of the processors.
    static func threadSeconds() -> Double {
        var time = timespec()
        precondition(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0, "Linux has this clock")
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
