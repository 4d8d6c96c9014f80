import CMicrohttpd
import Platform
import Synchronization

/// A listener on libmicrohttpd: an epoll loop on each of its threads, which also call the handler.
package final class HTTPServer: Sendable {
    /// Called on a worker thread with a whole request. It must not block: answer later instead.
    package typealias Handler = @Sendable (borrowing HTTPRequest) -> HTTPReply
    /// Called on a worker thread with a request's head, its body still empty.
    package typealias Admit = @Sendable (borrowing HTTPRequest) -> HTTPAdmission

    /// The port in force.
    package let port: UInt16
    private let core: ServerCore
    private let daemon: Lock<Daemon?>
    private let watchdog: DeadlineWatchdog

    /// Listens, and serves from now on.
    package init(
        _ options: HTTPServerOptions, counters: HTTPServerCounters = HTTPServerCounters(),
        admit: @escaping Admit = { _ in .taken },
        handler: @escaping Handler
    ) throws(HTTPServerError) {
        try options.validate()
        let tls = try Self.tls(options)
        var port: UInt16 = 0
        let listener = microhttpd_listen(
            options.address, options.port, Int32(options.limits.backlog), &port)
        guard listener >= 0 else {
            throw .cannotListen(
                address: options.address, port: options.port, code: microhttpd_errno())
        }
        let core = ServerCore(
            threads: options.threads, limits: options.limits, tls: tls, counters: counters,
            admit: admit, handler: handler)
        guard let started = Daemon(listener: listener, core: core) else {
            close(listener)
            throw .cannotStart(address: options.address, port: port)
        }
        self.port = port
        self.core = core
        daemon = Lock(started)
        watchdog = DeadlineWatchdog(core: core)
    }

    deinit {
        stop()
    }

    private static func tls(_ options: HTTPServerOptions) throws(HTTPServerError) -> ServerTLS? {
        guard let files = options.tls else { return nil }
        return try ServerTLS(files)
    }

    /// Reads certificate and key again, for connections that come from now on; when they are no
    /// pair, the one before stays in force.
    package func reloadCertificate() throws(HTTPServerError) {
        try core.tls?.load()
    }

    package var connectionCount: Int { core.registry.count }

    package var counters: HTTPServerCounters { core.counters }

    /// How many processors there are, of which strangers have `strangersShare`; tight while the
    /// processors are used up, which leaves them next to nothing.
    package func setStrangers(processors: Double, isTight: Bool) {
        core.setStrangers(processors: processors, isTight: isTight)
    }

    /// Accepts nothing more, lets requests in progress end, then closes every connection.
    ///
    /// Blocks for `drainTimeout` at most; then open answers become 503. Further calls do nothing.
    package func stop() {
        let taken = daemon.withLock { daemon in
            defer { daemon = nil }
            return daemon
        }
        guard let taken else { return }
        core.isDraining.store(true, ordering: .sequentiallyConsistent)
        taken.stopAccepting()
        // They would go on for ever.
        core.registry.endStreams()
        waitForRequests(core.limits.drainTimeout.milliseconds)
        // A request may be deferred between the question and the answer, so it is asked again.
        for _ in 0..<Self.lastAnswersRounds {
            guard core.requestsInProgress.load(ordering: .acquiring) > 0 else { break }
            core.registry.answerOpen(
                with: HTTPResponse(status: 503, text: "the server is stopping"))
            waitForRequests(Self.lastAnswersMs)
        }
        watchdog.stop()
        taken.stop()
    }

    private static let lastAnswersRounds = 3
    private static let lastAnswersMs = 100

    /// Requests come and go on connections that are open, so that none may be in progress twice.
    private func waitForRequests(_ timeoutMs: Int) {
        let end = CoarseClock.nowMs() + Int64(timeoutMs)
        while core.requestsInProgress.load(ordering: .sequentiallyConsistent) > 0 {
            let leftMs = end - CoarseClock.nowMs()
            guard leftMs > 0 else { return }
            _ = core.isQuiet.wait(atMost: .milliseconds(leftMs))
        }
    }
}
