import Platform

/// Reads the accept queues of nginx's listening sockets through sock_diag.
struct ListenerQueues: ~Copyable {
    private var diagnosis: SocketDiagnosis?
    private var all: [SocketRecord] = []
    private var drops = DropCounter()
    /// nginx's, as the last list had them.
    private(set) var own: [SocketRecord] = []

    init() {
        all.reserveCapacity(AgentLimits.listenersMax)
        own.reserveCapacity(AgentLimits.listenersMax)
    }

    /// Connections that nginx's listeners lost since they were first seen; `nil` where the kernel
    /// does not say.
    var lost: UInt64? { drops.total }

    /// Lists what listens, and finds nginx's among it.
    mutating func list(
        _ rule: ListenerRule, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) {
        do throws(SystemError) {
            try openWhereClosed()
            try diagnosis?.askForListeners()
            try receiveAll(buffer)
        } catch {
            // What is left of the answer goes with the socket.
            diagnosis = nil
            throw error
        }
        rule.select(from: all, into: &own)
        drops.advance(own)
    }

    private mutating func openWhereClosed() throws(SystemError) {
        if diagnosis == nil { diagnosis = try SocketDiagnosis() }
    }

    private mutating func receiveAll(
        _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) {
        all.removeAll(keepingCapacity: true)
        for _ in 0..<AgentLimits.listenerPartsMax {
            guard let count = try diagnosis?.receive(into: buffer) else { return }
            var messages = SocketMessages(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            while let message = messages.next() {
                switch message {
                case .socket(let record, _):
                    if all.count < AgentLimits.listenersMax { all.append(record) }
                case .done: return
                case .failed(let error): throw error
                case .malformed: throw .malformed
                }
            }
        }
        throw .endless
    }
}

/// Adds up what listeners lose, each from its own second reading on: one that appears brings no
/// past along, and one that goes takes none away.
struct DropCounter: Sendable {
    private var last: [(cookie: UInt64, drops: UInt32)] = []
    private var next: [(cookie: UInt64, drops: UInt32)] = []
    private(set) var total: UInt64?

    mutating func advance(_ listeners: [SocketRecord]) {
        next.removeAll(keepingCapacity: true)
        for listener in listeners {
            guard let cookie = listener.cookie, let drops = listener.drops else { continue }
            next.append((cookie, drops))
            var sum = total ?? 0
            for before in last where before.cookie == cookie {
                sum += UInt64(drops &- before.drops)
            }
            total = sum
        }
        swap(&last, &next)
    }
}
