import Platform

/// Tells `agent health` the agent's state, over a unix socket and within the agent's own loop.
///
/// Each connection gets one line and is closed, so that nobody can hold one. The default socket
/// is abstract: it needs no file system, no rights, and ends with the process.
final class HealthListener {
    /// Connections served before the loop goes on.
    private static let turnMax = 4

    private let socket: StreamSocket

    init(_ path: String) throws(SystemError) {
        socket = try StreamSocket.listening(atUnix: path)
    }

    var readiness: Readiness { Readiness(socket.descriptor) }

    /// Answers who waits, without waiting.
    func serve(_ state: () -> HealthState) {
        for _ in 0..<Self.turnMax {
            guard let connection = socket.accept() else { return }
            // One line fits any socket's buffer; a peer that left does not matter.
            _ = try? connection.send(state().encode())
        }
    }
}
