import CMicrohttpd
import Platform
import Synchronization

/// The open connections, so that slow ones can be shut down and open answers given at the stop.
final class ConnectionRegistry: Sendable {
    private let connections = Lock<[HTTPConnection]>([])

    var count: Int { connections.withLock { $0.count } }

    func add(_ connection: HTTPConnection) {
        connections.withLock { connections in
            connection.slot = connections.count
            connections.append(connection)
        }
    }

    /// Called before the descriptor is closed: a shutdown never meets another's descriptor.
    func remove(_ connection: HTTPConnection) {
        connections.withLock { connections in
            let last = connections.removeLast()
            guard last !== connection else { return }
            last.slot = connection.slot
            connections[last.slot] = last
        }
    }

    /// Shuts down connections whose deadline has passed; their threads then close them.
    func shutDownLate(nowMs: Int64) {
        connections.withLock { connections in
            for connection in connections
            where connection.deadlineMs.load(ordering: .relaxed) < nowMs {
                connection.deadlineMs.store(HTTPConnection.noDeadline, ordering: .relaxed)
                // Fails when the peer was faster; either way the connection ends.
                _ = shutdown(connection.descriptor, Int32(SHUT_RDWR))
            }
        }
    }

    func answerOpen(with response: HTTPResponse) {
        let all = connections.withLock { $0 }
        for connection in all { connection.answerOpen(with: response) }
    }
}
