/// What the kernel shows of a task's connections, whether or not nginx answers.
///
/// The containers of a task share one network namespace, so the agent sees nginx's sockets. Each
/// member is `nil` where the kernel does not show it. Lengths and counts are those of the window's
/// end; what grows is its growth within the window.
package struct WindowWitnesses: Equatable, Sendable {
    /// Connections that wait to be accepted on nginx's listening sockets, and how many may.
    package var acceptQueue: Int?
    package var acceptQueueLimit: Int?
    /// Connections that found an accept queue full (`ListenOverflows`), and all that a listening
    /// socket dropped (`ListenDrops`), in the whole task.
    package var listenOverflows: UInt64?
    package var listenDrops: UInt64?
    /// TCP sockets in use in the whole task.
    package var sockets: Int?
    /// Established connections on nginx's ports, and those of them with bytes nobody read yet.
    package var established: Int?
    package var unread: Int?
    /// Connections that nginx closed and the client has not yet: when worker_connections run out,
    /// these are the clients that are turned away.
    package var closing: Int?

    package init(
        acceptQueue: Int? = nil, acceptQueueLimit: Int? = nil, listenOverflows: UInt64? = nil,
        listenDrops: UInt64? = nil, sockets: Int? = nil, established: Int? = nil,
        unread: Int? = nil, closing: Int? = nil
    ) {
        self.acceptQueue = acceptQueue
        self.acceptQueueLimit = acceptQueueLimit
        self.listenOverflows = listenOverflows
        self.listenDrops = listenDrops
        self.sockets = sockets
        self.established = established
        self.unread = unread
        self.closing = closing
    }
}
