/// What a listener is started with; every limit of this target is here.
package struct HTTPServerOptions: Sendable {
    /// A numeric address; `::` takes IPv4 too.
    package var address = "0.0.0.0"
    /// 0 takes a free port; `HTTPServer.port` says which.
    package var port: UInt16 = 0
    /// Threads that each run an epoll loop and call the handler, 1 to 64.
    package var threads = 1
    package var limits = HTTPServerLimits()
    /// `nil` serves in the clear.
    package var tls: HTTPServerTLS?

    package init() {}

    package init(address: String, port: UInt16, threads: Int = 1) {
        self.address = address
        self.port = port
        self.threads = threads
    }
}

/// What a client may ask of the listener.
package struct HTTPServerLimits: Equatable, Sendable {
    /// A longer body is answered with 413 and never held.
    package var bodyBytesMax = 64 * 1024
    /// A body that is refused is still read and thrown away up to here, so that the client reads
    /// the answer and keeps its connection; beyond, the connection is closed.
    package var discardedBytesMax = 1024 * 1024
    /// A body's buffer is kept with its connection up to here, 0 to keep none.
    package var bodyBufferKeptBytesMax = 4 * 1024
    /// Request line, headers and the answer's head share this; longer ones get 431 or 414.
    package var connectionMemoryBytes = 16 * 1024
    /// Open connections in all; for one more, a stranger's or an idle one is closed.
    package var connectionsMax = 16_000
    /// Of these, places for loopback alone: the health check.
    package var connectionsReserved = 0
    /// Open connections of one address on which nobody showed a token; for one more, the one heard
    /// longest ago is closed. 0 for no such limit.
    package var connectionsPerAddressMax = 0
    /// The share of the processors for strangers and refusals: see `StrangerBudget`; 0 for no
    /// limit.
    package var strangersShare = 0.0
    /// What a stream gives at once.
    static let streamPieceBytes = 16 * 1024
    /// Connections that are being closed to make room, at once.
    package static let leavingMax = 64
    /// The listen queue's length.
    package var backlog = 4096
    /// The most time for a first request's head, for a body, and for taking an answer.
    package var requestTimeout = Duration.seconds(10)
    /// The most time from the end of one request to the end of the next one's head.
    package var idleTimeout = Duration.seconds(75)
    /// The most time that `stop` waits for requests in progress.
    package var drainTimeout = Duration.seconds(4)

    package init() {}
}

extension HTTPServerOptions {
    /// Names the first value that is out of its range.
    package func validate() throws(HTTPServerError) {
        try Self.check("threads", threads, 1...64)
        try Self.check("bodyBytesMax", limits.bodyBytesMax, 0...(1 << 30))
        try Self.check("discardedBytesMax", limits.discardedBytesMax, 0...(1 << 30))
        try Self.check(
            "bodyBufferKeptBytesMax", limits.bodyBufferKeptBytesMax, 0...(1 << 20))
        try Self.check("connectionMemoryBytes", limits.connectionMemoryBytes, 2048...(1 << 20))
        try Self.check("connectionsMax", limits.connectionsMax, threads...1_000_000)
        try Self.check("connectionsReserved", limits.connectionsReserved, 0...limits.connectionsMax)
        try Self.check("connectionsPerAddressMax", limits.connectionsPerAddressMax, 0...1_000_000)
        try Self.check("backlog", limits.backlog, 1...65_535)
        try Self.check("requestTimeout ms", limits.requestTimeout.milliseconds, 1...3_600_000)
        try Self.check("idleTimeout ms", limits.idleTimeout.milliseconds, 1...3_600_000)
        try Self.check("drainTimeout ms", limits.drainTimeout.milliseconds, 0...3_600_000)
    }

    private static func check(
        _ key: String, _ value: Int, _ range: ClosedRange<Int>
    ) throws(HTTPServerError) {
        guard range.contains(value) else {
            throw .optionOutOfRange(
                key: key, value: value, lowest: range.lowerBound, highest: range.upperBound)
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    var milliseconds: Int {
        Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }
}
