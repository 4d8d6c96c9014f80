import CMicrohttpd
import Platform
import Synchronization

/// The open connections, so that slow ones can be shut down and open answers given at the stop.
final class ConnectionRegistry: Sendable {
    private struct State: Sendable {
        var connections: [HTTPConnection] = []
        /// Connections of each address; empty without a limit.
        var ofAddress: [String: Int] = [:]
    }

    private let state = Lock(State())
    private let perAddressMax: Int

    /// 0 is no limit.
    init(perAddressMax: Int) {
        self.perAddressMax = perAddressMax
    }

    var count: Int { state.withLock { $0.connections.count } }

    var countsAddresses: Bool { perAddressMax > 0 }

    /// False when its address has too many: it is in the registry all the same.
    func add(_ connection: HTTPConnection) -> Bool {
        state.withLock { state in
            connection.slot = state.connections.count
            state.connections.append(connection)
            guard let address = connection.address else { return true }
            state.ofAddress[address, default: 0] += 1
            return state.ofAddress[address, default: 0] <= perAddressMax
        }
    }

    /// Called before the descriptor is closed: a shutdown never meets another's descriptor.
    func remove(_ connection: HTTPConnection) {
        state.withLock { state in
            if let address = connection.address {
                let left = state.ofAddress[address, default: 1] - 1
                state.ofAddress[address] = left > 0 ? left : nil
            }
            let last = state.connections.removeLast()
            guard last !== connection else { return }
            last.slot = connection.slot
            state.connections[last.slot] = last
        }
    }

    /// Shuts down connections whose deadline has passed; their threads then close them.
    func shutDownLate(nowMs: Int64) {
        state.withLock { state in
            for connection in state.connections
            where connection.deadlineMs.load(ordering: .relaxed) < nowMs {
                connection.deadlineMs.store(HTTPConnection.noDeadline, ordering: .relaxed)
                // Fails when the peer was faster; either way the connection ends.
                _ = shutdown(connection.descriptor, Int32(SHUT_RDWR))
            }
        }
    }

    func answerOpen(with response: HTTPResponse) {
        let all = state.withLock { $0.connections }
        for connection in all { connection.answerOpen(with: response) }
    }
}
