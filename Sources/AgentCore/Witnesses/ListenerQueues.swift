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

    /// The connections that wait now: a look-up for each listener, or a list where they are many,
    /// or several have one address (`reuseport`), of which a look-up finds only one.
    mutating func waiting(
        _ rule: ListenerRule, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int? {
        if own.count > AgentLimits.listenerLookUpsMax || hasSharedAddress {
            try list(rule, buffer)
            return own.isEmpty ? nil : own.reduce(0) { $0 + $1.receiveQueue }
        }
        var sum = 0
        for index in own.indices {
            guard let queue = try lookUp(own[index].local, buffer) else { return nil }
            sum += queue
        }
        return own.isEmpty ? nil : sum
    }

    private var hasSharedAddress: Bool {
        for index in own.indices {
            for other in own.indices where other > index && own[other].local == own[index].local {
                return true
            }
        }
        return false
    }

    /// `nil` when nobody listens there any more.
    private mutating func lookUp(
        _ local: LocalAddress, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int? {
        do throws(SystemError) {
            try openWhereClosed()
            try diagnosis?.askForListener(at: local)
            guard let count = try diagnosis?.receive(into: buffer) else { return nil }
            var messages = SocketMessages(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            switch messages.next() {
            case .socket(let record, _):
                return record.state == .listening ? record.receiveQueue : nil
            case .failed: return nil
            case .done, .malformed, nil: throw SystemError.malformed
            }
        } catch {
            diagnosis = nil
            throw error
        }
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
