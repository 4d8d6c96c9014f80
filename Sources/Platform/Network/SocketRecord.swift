import CPlatform

/// A TCP socket as the kernel describes it.
package struct SocketRecord: Equatable, Sendable {
    package enum State: Equatable, Sendable {
        case established
        /// Closed by this end; the other end has not closed yet.
        case closing
        case listening
        case other
    }

    package var state: State
    package var local: LocalAddress
    /// Bytes that the process has not read; of a listener, connections that it has not accepted.
    package var receiveQueue: Int
    /// Of a listener how many may wait to be accepted, where the source says so.
    package var queueLimit: Int?
    /// The user who made the socket.
    package var user: UInt32
    /// The control group that made it (version 2 only), by its number.
    package var cgroup: UInt64?
    /// The kernel's name of the socket, never used twice; `nil` in a table of `/proc`.
    package var cookie: UInt64?
    /// Connections that a listener has lost so far; wraps.
    package var drops: UInt32?

    package init(
        state: State, local: LocalAddress, receiveQueue: Int, queueLimit: Int? = nil,
        user: UInt32 = 0, cgroup: UInt64? = nil, cookie: UInt64? = nil, drops: UInt32? = nil
    ) {
        self.state = state
        self.local = local
        self.receiveQueue = receiveQueue
        self.queueLimit = queueLimit
        self.user = user
        self.cgroup = cgroup
        self.cookie = cookie
        self.drops = drops
    }
}

extension SocketRecord.State {
    init(number: UInt8) {
        switch Int(number) {
        case TCP_ESTABLISHED: self = .established
        case TCP_FIN_WAIT1, TCP_FIN_WAIT2: self = .closing
        case TCP_LISTEN: self = .listening
        default: self = .other
        }
    }
}

/// The near end of a connection: an address in network byte order, and a port.
package struct LocalAddress: Equatable, Sendable {
    package enum Family: Equatable, Sendable {
        case ip4
        case ip6
    }

    package var family: Family
    /// The address's four words in the order of the wire, as they stand in memory; an IPv4 address
    /// is the first.
    package var words: (UInt32, UInt32, UInt32, UInt32)
    package var port: UInt16

    package init(family: Family, words: (UInt32, UInt32, UInt32, UInt32), port: UInt16) {
        self.family = family
        self.words = words
        self.port = port
    }

    package static func == (left: LocalAddress, right: LocalAddress) -> Bool {
        left.family == right.family && left.words == right.words && left.port == right.port
    }

    /// Whether only this machine reaches it: 127.0.0.0/8, ::1, and the first mapped into IPv6.
    package var isLoopback: Bool {
        switch family {
        case .ip4: return Self.isLoopback(words.0)
        case .ip6:
            guard words.0 == 0, words.1 == 0 else { return false }
            if words.2 == 0 { return UInt32(bigEndian: words.3) == 1 }
            return UInt32(bigEndian: words.2) == 0xFFFF && Self.isLoopback(words.3)
        }
    }

    private static func isLoopback(_ ip4: UInt32) -> Bool {
        UInt32(bigEndian: ip4) >> 24 == 127
    }
}
