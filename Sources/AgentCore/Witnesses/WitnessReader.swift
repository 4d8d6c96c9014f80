import Platform
import Writing

/// Reads what the kernel knows of nginx, and what nginx cannot say when it is starved: who waits to
/// be accepted, who was turned away, who sent what nobody has read.
///
/// It never waits, keeps its memory, and goes on with every source that is left when one fails.
/// The network namespace is the task's, so counters of the namespace are the task's.
package final class WitnessReader {
    private let rule: ListenerRule
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: AgentLimits.witnessBytesMax, alignment: MemoryLayout<UInt64>.alignment)
    private var queues: ListenerQueues? = ListenerQueues()
    private var walk = ConnectionWalk()
    private var tables: SocketTables?
    private var failures = 0
    /// nginx's, as the last look found them.
    package private(set) var ports: [UInt16] = []
    private let folder: String
    private var sockstat: ProcText
    private var sockstat6: ProcText
    private var netstat: ProcText
    private var areDropsOwn = false
    /// Sources that give nothing, each once.
    package private(set) var unavailable: [WitnessTrouble] = []
    private var unavailableTold = 0

    /// `ports` are nginx's by the setting, or none to find them; `statusPorts` those of its status
    /// pages; `folder` is where the kernel shows the network namespace.
    package init(ports: [UInt16], statusPorts: [UInt16], folder: String = "/proc/net") {
        rule = ListenerRule(ports: ports, statusPorts: statusPorts)
        self.folder = folder
        sockstat = ProcText(folder, "sockstat")
        sockstat6 = ProcText(folder, "sockstat6")
        netstat = ProcText(folder, "netstat")
        self.ports.reserveCapacity(AgentLimits.witnessPortsMax)
    }

    /// Without sock_diag, as where it may not be asked.
    convenience init(tablesIn folder: String) {
        self.init(ports: [], statusPorts: [], folder: folder)
        giveUpDiagnosis()
    }

    deinit {
        buffer.deallocate()
    }

    /// A source that became unavailable since this was asked last; for the log.
    package func takeUnavailable() -> WitnessTrouble? {
        guard unavailableTold < unavailable.count else { return nil }
        unavailableTold += 1
        return unavailable[unavailableTold - 1]
    }

    /// TCP sockets in use in the network namespace: a few microseconds, so the agent glances often.
    package func socketsInUse() -> Int? {
        guard let text = read(&sockstat, .socketCounts),
            let ip4 = SocketCounters.number(after: "TCP: inuse ", in: text)
        else { return nil }
        // A machine without IPv6 has no such file.
        guard let text = try? sockstat6.read(into: buffer),
            let ip6 = SocketCounters.number(after: "TCP6: inuse ", in: text)
        else { return ip4 }
        return ip4 + ip6
    }

    /// Everything, once a window and when nginx does not answer.
    package func look() -> WitnessReading {
        var reading = WitnessReading()
        reading.sockets = socketsInUse()
        readCounters(into: &reading)
        if queues != nil { diagnose(into: &reading) }
        // Its first reading is at once when sock_diag is given up.
        if queues == nil { readTables(into: &reading) }
        if let lost = queues?.lost { areDropsOwn = true; reading.listenDrops = lost }
        // A count of the namespace must not follow one of nginx's: the difference means nothing.
        if queues == nil && areDropsOwn { reading.listenDrops = nil }
        return reading
    }
}

// Texts of /proc/net.
extension WitnessReader {
    private func readCounters(into reading: inout WitnessReading) {
        guard let text = read(&netstat, .networkCounters) else { return }
        reading.listenOverflows = SocketCounters.value(
            of: "ListenOverflows", group: "TcpExt:", in: text)
        reading.listenDrops = SocketCounters.value(of: "ListenDrops", group: "TcpExt:", in: text)
    }

    private func read(
        _ text: inout ProcText, _ source: WitnessTrouble.Source
    ) -> UnsafeRawBufferPointer? {
        do throws(SystemError) {
            return try text.read(into: buffer)
        } catch {
            if !error.isPassing { lose(source, error.text) }
            return nil
        }
    }

    private func lose(_ source: WitnessTrouble.Source, _ reason: String) {
        for known in unavailable where known.source == source { return }
        unavailable.append(WitnessTrouble(source: source, reason: reason))
    }
}

// Sockets, one by one.
extension WitnessReader {
    private func diagnose(into reading: inout WitnessReading) {
        do throws(SystemError) {
            try queues?.list(rule, buffer)
            describe(queues?.own ?? [], into: &reading)
            guard !ports.isEmpty else { return }
            try walk.goOn(ports: ports, countsLoopback: rule.countsLoopback, buffer)
            add(walk.counts, to: &reading)
            failures = 0
        } catch {
            failures += 1
            guard !error.isPassing || failures >= AgentLimits.witnessFailuresMax else { return }
            lose(.socketDiagnosis, error.text)
            giveUpDiagnosis()
        }
    }

    private func giveUpDiagnosis() {
        queues = nil
        walk = ConnectionWalk()
        tables = SocketTables(folder)
    }

    private func readTables(into reading: inout WitnessReading) {
        do throws(SystemError) {
            try tables?.list(rule, buffer)
            describe(tables?.own ?? [], into: &reading)
            guard !ports.isEmpty else { return }
            try tables?.goOn(ports: ports, countsLoopback: rule.countsLoopback, buffer)
            add(tables?.counts, to: &reading)
        } catch {
            if !error.isPassing { lose(.socketTable, error.text) }
        }
    }

    private func describe(_ own: [SocketRecord], into reading: inout WitnessReading) {
        reading.listeners = own.count
        guard !own.isEmpty else { return lose(.listeners, Self.nobodyListens) }
        reading.acceptQueue = own.reduce(0) { $0 + $1.receiveQueue }
        var limit: Int? = 0
        for listener in own {
            guard let sum = limit, let more = listener.queueLimit else {
                limit = nil
                break
            }
            limit = sum + more
        }
        reading.acceptQueueLimit = limit
        ports.removeAll(keepingCapacity: true)
        for listener in own where !ports.contains(listener.local.port) {
            if ports.count < AgentLimits.witnessPortsMax { ports.append(listener.local.port) }
        }
    }

    private static let nobodyListens =
        "no listening socket is nginx's: it does not run, or NGINX_PORTS must name its ports"

    private func add(_ counts: ConnectionCounts?, to reading: inout WitnessReading) {
        reading.established = counts?.established
        reading.unread = counts?.unread
        reading.closing = counts?.closing
    }
}

/// A text of `/proc/net`, opened at its first reading.
private struct ProcText: ~Copyable {
    private let path: String
    private var file: KeptFile?

    init(_ folder: String, _ name: StaticString) {
        path = Text("").add(folder).add("/").add(name).string
    }

    mutating func read(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> UnsafeRawBufferPointer {
        if file == nil { file = try KeptFile(path) }
        let count = try file?.read(into: buffer) ?? 0
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }
}
