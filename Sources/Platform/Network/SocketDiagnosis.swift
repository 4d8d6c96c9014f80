import CPlatform

/// Asks the kernel about the TCP sockets of this network namespace; nothing here waits.
///
/// An ordinary user without capabilities may (sock_diag(7)). The kernel answers while it is asked,
/// so an answer is there at once; a long list comes in parts, each made when the one before is
/// read.
package struct SocketDiagnosis: ~Copyable {
    /// What a list may be limited to.
    package static let portsMax = Int(PLATFORM_SOCKET_PORTS_MAX)

    private let owner: Descriptor

    package init() throws(SystemError) {
        let descriptor = platform_open_sock_diag()
        guard descriptor >= 0 else { throw SystemError(number: platform_errno()) }
        owner = Descriptor(descriptor)
    }

    /// Asks for all that listen.
    package func askForListeners() throws(SystemError) {
        try check(platform_ask_sockets(owner.number, 1 << UInt32(TCP_LISTEN), nil, 0))
    }

    /// Asks for connections that are established or being closed by this end, whose near end has
    /// one of the ports, at least one of them.
    package func askForConnections(to ports: [UInt16]) throws(SystemError) {
        precondition(!ports.isEmpty && ports.count <= Self.portsMax, "ports are 1 to 16")
        let states =
            UInt32(1) << UInt32(TCP_ESTABLISHED) | 1 << UInt32(TCP_FIN_WAIT1)
            | 1 << UInt32(TCP_FIN_WAIT2)
        let code = ports.withUnsafeBufferPointer {
            platform_ask_sockets(owner.number, states, $0.baseAddress, Int32($0.count))
        }
        try check(code)
    }

    /// The next part of the answer: its bytes. A part longer than the buffer is an error
    /// (EMSGSIZE).
    package func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC)
        let count = recv(owner.number, buffer.baseAddress, buffer.count, flags)
        guard count >= 0 else { throw SystemError(number: platform_errno()) }
        guard count <= buffer.count else { throw SystemError(number: EMSGSIZE) }
        return count
    }

    private func check(_ code: Int32) throws(SystemError) {
        guard code == 0 else { throw SystemError(number: platform_errno()) }
    }
}

extension SystemError {
    /// Whether the same may work later: resources are short, or an answer came in pieces.
    package var isPassing: Bool {
        switch number {
        case ENOBUFS, ENOMEM, EMFILE, ENFILE, EAGAIN, EINTR, EBUSY, EMSGSIZE, EPROTO: true
        default: false
        }
    }

    /// The bytes are not what the kernel documents.
    package static var malformed: SystemError { SystemError(number: EPROTO) }
    /// A list has no part left, and no end either.
    package static var endless: SystemError { SystemError(number: EMSGSIZE) }
}
