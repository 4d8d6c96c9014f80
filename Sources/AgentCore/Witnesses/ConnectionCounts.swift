import Platform

/// Connections to nginx's ports.
struct ConnectionCounts: Equatable, Sendable {
    var established = 0
    /// Of these, with bytes that nginx has not read.
    var unread = 0
    /// Closed by nginx, and not yet by the client.
    var closing = 0

    mutating func add(_ record: SocketRecord, countsLoopback: Bool) {
        guard countsLoopback || !record.local.isLoopback else { return }
        if record.state == .closing { closing += 1 }
        guard record.state == .established else { return }
        established += 1
        if record.receiveQueue > 0 { unread += 1 }
    }
}

/// Counts connections, so many a look, and goes on with the next where they are more.
///
/// Example: with 10,000 connections and 4,096 a look, three looks make a count. Meanwhile the last
/// whole count holds, or the one under way as soon as it is larger.
struct CountUnderWay: Sendable {
    private var whole: ConnectionCounts?
    private var partial: ConnectionCounts?

    /// `nil` until a first count is whole.
    var counts: ConnectionCounts? {
        guard let whole, let partial else { return whole }
        return ConnectionCounts(
            established: max(whole.established, partial.established),
            unread: max(whole.unread, partial.unread),
            closing: max(whole.closing, partial.closing))
    }

    var isUnderWay: Bool { partial != nil }

    mutating func begin() {
        partial = ConnectionCounts()
    }

    mutating func add(_ record: SocketRecord, countsLoopback: Bool) {
        partial?.add(record, countsLoopback: countsLoopback)
    }

    mutating func end() {
        whole = partial
        partial = nil
    }

    mutating func abandon() {
        partial = nil
    }
}

/// Counts connections through sock_diag, whose list waits in the kernel between two looks.
struct ConnectionWalk: ~Copyable {
    private var diagnosis: SocketDiagnosis?
    private var count = CountUnderWay()

    var counts: ConnectionCounts? { count.counts }

    mutating func goOn(
        ports: [UInt16], countsLoopback: Bool, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) {
        do throws(SystemError) {
            if diagnosis == nil { diagnosis = try SocketDiagnosis() }
            if !count.isUnderWay {
                try diagnosis?.askForConnections(to: ports)
                count.begin()
            }
            try receive(countsLoopback, buffer)
        } catch {
            diagnosis = nil
            count.abandon()
            throw error
        }
    }

    private mutating func receive(
        _ countsLoopback: Bool, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) {
        var seen = 0
        while seen < AgentLimits.connectionsALookMax {
            guard let length = try diagnosis?.receive(into: buffer) else { return }
            var messages = SocketMessages(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
            while let message = messages.next() {
                switch message {
                case .socket(let record, _):
                    seen += 1
                    count.add(record, countsLoopback: countsLoopback)
                case .done: return count.end()
                case .failed(let error): throw error
                case .malformed: throw .malformed
                }
            }
        }
    }
}
