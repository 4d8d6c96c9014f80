/// What the kernel says of nginx's sockets at one moment; each part is unknown where its source is
/// not readable.
///
/// A counter begins anywhere: only its growth between two readings means something, and a smaller
/// one than before that it began again.
package struct WitnessReading: Equatable, Sendable {
    /// nginx's listening sockets: 0 when it is known that there are none.
    package var listeners: Int?
    /// Connections that wait in their accept queues.
    package var acceptQueue: Int?
    /// How many may wait there.
    package var acceptQueueLimit: Int?
    /// Counter: connections lost to a full accept queue, of everybody in the network namespace.
    package var listenOverflows: UInt64?
    /// Counter: connections that nginx's listeners lost for any reason; of everybody in the
    /// namespace, where the kernel does not say whose.
    package var listenDrops: UInt64?
    /// TCP sockets in use in the namespace, both ends of a connection to oneself counted.
    package var sockets: Int?
    /// Established connections to nginx's ports, those that wait to be accepted among them.
    package var established: Int?
    /// Of these, with bytes that nginx has not read.
    package var unread: Int?
    /// Connections that nginx has closed, and the client has not.
    package var closing: Int?

    package init() {}
}

/// A source of witnesses that gives none.
package struct WitnessTrouble: Sendable {
    package enum Source: UInt8, Sendable {
        case socketDiagnosis
        case socketTable
        case socketCounts
        case networkCounters
        case listeners

        package var text: StaticString {
            switch self {
            case .socketDiagnosis: "sock_diag"
            case .socketTable: "/proc/net/tcp"
            case .socketCounts: "/proc/net/sockstat"
            case .networkCounters: "/proc/net/netstat"
            case .listeners: "listeners"
            }
        }
    }

    package var source: Source
    package var reason: String
}
