import CMicrohttpd
import Platform
import Synchronization

/// The open connections: who stays when there are too many, slow ones, and open answers at the
/// stop.
///
/// A *stranger* is a connection on which nobody showed a token. Whoever comes last gets in; for it
/// goes
/// - the stranger heard longest ago of the same address, where that one has `perAddressMax`
///   already;
/// - in all, the stranger heard longest ago; where there is none, the connection that is idle
///   longest,
///   of `idleBeforeClosed` at least, which no agent at work is. Where there is none either, it has
///   to go.
///
/// The last `reserve` places are loopback's: the health check gets in though agents take all
/// others.
final class ConnectionRegistry: Sendable {
    fileprivate struct State: Sendable {
        var connections: [HTTPConnection] = []
        /// Shut down, and not closed yet.
        var leaving = 0
        var strangers = ConnectionList(\.amongStrangers)
        /// Strangers by their address; empty without a limit.
        var ofAddress: [PeerAddress: ConnectionList] = [:]
        /// Not before is it looked for who is idle.
        var nextSearchMs: Int64 = 0
    }

    private let state = Lock(State())
    private let counters: HTTPServerCounters
    private let max: Int
    private let reserve: Int
    private let perAddressMax: Int

    private static let idleBeforeClosedMs: Int64 = 5_000
    /// Looking at every connection takes a while.
    private static let searchPeriodMs: Int64 = 100

    init(limits: HTTPServerLimits, counters: HTTPServerCounters) {
        max = limits.connectionsMax
        reserve = limits.connectionsReserved
        perAddressMax = limits.connectionsPerAddressMax
        self.counters = counters
    }

    var count: Int { state.withLock { $0.connections.count - $0.leaving } }

    /// Makes room for it; false when there is none: it is in the registry all the same.
    func add(_ connection: HTTPConnection, nowMs: Int64) -> Bool {
        let (isIn, closed) = state.withLock { add(connection, to: &$0, nowMs) }
        // What is suspended would not notice that it was shut down.
        for connection in closed { connection.answerOpen(with: Self.closing) }
        return isIn
    }

    private func add(
        _ connection: HTTPConnection, to state: inout State, _ nowMs: Int64
    ) -> (isIn: Bool, closed: [HTTPConnection]) {
        var closed: [HTTPConnection] = []
        counters.open.add(1, ordering: .relaxed)
        connection.slot = state.connections.count
        state.connections.append(connection)
        state.listStranger(connection, countsAddresses: perAddressMax > 0)
        if let address = connection.address, perAddressMax > 0,
            let list = state.ofAddress[address], list.count > perAddressMax,
            let oldest = list.first
        {
            closed.append(state.shutDown(oldest))
            counters.closedOfAddress.add(1, ordering: .relaxed)
        }
        let isLoopback = connection.address?.isLoopback == true
        let room = isLoopback ? max : max - reserve
        guard state.connections.count - state.leaving > room else { return (true, closed) }
        if let oldest = state.strangers.first, oldest !== connection {
            closed.append(state.shutDown(oldest))
        } else if let idle = longestIdle(&state, nowMs: nowMs) {
            closed.append(state.shutDown(idle))
        } else {
            counters.refused.add(1, ordering: .relaxed)
            return (false, closed + [state.shutDown(connection)])
        }
        counters.closedForRoom.add(1, ordering: .relaxed)
        return (true, closed)
    }

    private func longestIdle(_ state: inout State, nowMs: Int64) -> HTTPConnection? {
        guard nowMs >= state.nextSearchMs else { return nil }
        state.nextSearchMs = nowMs + Self.searchPeriodMs
        var longest: HTTPConnection?
        var sinceMs = nowMs - Self.idleBeforeClosedMs
        for connection in state.connections where !connection.isLeaving {
            let since = connection.idleSinceMs.load(ordering: .relaxed)
            guard since <= sinceMs else { continue }
            (longest, sinceMs) = (connection, since)
        }
        return longest
    }

    /// Called before the descriptor is closed: a shutdown never meets another's descriptor.
    func remove(_ connection: HTTPConnection) {
        state.withLock { state in
            counters.open.subtract(1, ordering: .relaxed)
            state.unlistStranger(connection)
            if connection.isLeaving { state.leaving -= 1 }
            let last = state.connections.removeLast()
            guard last !== connection else { return }
            last.slot = connection.slot
            state.connections[last.slot] = last
        }
    }

    /// It showed a token: from here on it is no stranger.
    func trust(_ connection: HTTPConnection) {
        state.withLock { $0.unlistStranger(connection) }
    }

    /// A stranger's request has ended.
    func heard(_ connection: HTTPConnection) {
        state.withLock { state in
            guard connection.isListed else { return }
            state.unlistStranger(connection)
            state.listStranger(connection, countsAddresses: perAddressMax > 0)
        }
    }

    /// Shuts down connections whose deadline has passed; their threads then close them.
    func shutDownLate(nowMs: Int64) {
        let closed = state.withLock { state in
            var closed: [HTTPConnection] = []
            for connection in state.connections
            where connection.deadlineMs.load(ordering: .relaxed) < nowMs {
                connection.deadlineMs.store(HTTPConnection.noDeadline, ordering: .relaxed)
                if connection.idleSinceMs.load(ordering: .relaxed) == HTTPConnection.notIdle {
                    counters.closedLate.add(1, ordering: .relaxed)
                }
                closed.append(state.shutDown(connection))
            }
            return closed
        }
        for connection in closed { connection.answerOpen(with: Self.closing) }
    }

    private static let closing = HTTPResponse(status: 503)

    func endStreams() {
        let all = state.withLock { $0.connections }
        for connection in all { connection.endStream() }
    }

    func answerOpen(with response: HTTPResponse) {
        let all = state.withLock { $0.connections }
        for connection in all { connection.answerOpen(with: response) }
    }
}

extension ConnectionRegistry.State {
    fileprivate mutating func listStranger(_ connection: HTTPConnection, countsAddresses: Bool) {
        connection.isListed = true
        strangers.append(connection)
        guard countsAddresses, let address = connection.address else { return }
        ofAddress[address, default: ConnectionList(\.amongAddress)].append(connection)
    }

    fileprivate mutating func unlistStranger(_ connection: HTTPConnection) {
        guard connection.isListed else { return }
        connection.isListed = false
        strangers.remove(connection)
        guard let address = connection.address, let index = ofAddress.index(forKey: address) else {
            return
        }
        ofAddress.values[index].remove(connection)
        if ofAddress.values[index].count == 0 { ofAddress.remove(at: index) }
    }

    /// Its thread closes it then; it is given back, to be resumed where it is suspended.
    fileprivate mutating func shutDown(_ connection: HTTPConnection) -> HTTPConnection {
        unlistStranger(connection)
        if !connection.isLeaving {
            connection.isLeaving = true
            leaving += 1
        }
        // Fails when the peer was faster; either way the connection ends.
        _ = shutdown(connection.descriptor, Int32(SHUT_RDWR))
        return connection
    }
}
