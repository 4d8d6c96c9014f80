import Platform
import Writing

/// The same as ListenerQueues and ConnectionWalk, from the texts `/proc/net/tcp` and `tcp6`: for
/// where sock_diag may not be asked. Listeners stand first in them.
struct SocketTables: ~Copyable {
    private let paths: [(path: String, family: LocalAddress.Family)]
    private var all: [SocketRecord] = []
    private var count = CountUnderWay()
    private(set) var own: [SocketRecord] = []
    /// Where the count under way stands: which table, and how far in it.
    private var table = 0
    private var offset = 0

    init(_ folder: String) {
        paths = [
            (Text("").add(folder).add("/tcp").string, .ip4),
            (Text("").add(folder).add("/tcp6").string, .ip6),
        ]
    }

    var counts: ConnectionCounts? { count.counts }

    /// Lists what listens, and finds nginx's among it.
    mutating func list(
        _ rule: ListenerRule, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) {
        all.removeAll(keepingCapacity: true)
        for (path, family) in paths {
            guard let file = try Self.open(path) else { continue }
            var offset = 0
            var isListening = true
            for _ in 0..<AgentLimits.listenerPartsMax where isListening {
                let end = try Self.rows(of: file, from: &offset, family, buffer) { record in
                    isListening = record.state == .listening
                    if isListening && all.count < AgentLimits.listenersMax { all.append(record) }
                    return isListening
                }
                if end { break }
            }
        }
        rule.select(from: all, into: &own)
    }

    /// Counts connections, so many rows a look.
    mutating func goOn(
        ports: [UInt16], countsLoopback: Bool, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) {
        if !count.isUnderWay {
            count.begin()
            (table, offset) = (0, 0)
        }
        var rest = AgentLimits.connectionRowsALookMax
        while table < paths.count {
            let (path, family) = paths[table]
            if let file = try Self.open(path) {
                var end = false
                while !end && rest > 0 {
                    end = try Self.rows(of: file, from: &offset, family, buffer) { record in
                        rest -= 1
                        if ports.contains(record.local.port) {
                            count.add(record, countsLoopback: countsLoopback)
                        }
                        return true
                    }
                }
                guard end else { return }
            }
            table += 1
            offset = 0
        }
        count.end()
    }

    /// Without IPv6 there is no second table.
    private static func open(_ path: String) throws(SystemError) -> KeptFile? {
        do throws(SystemError) {
            return try KeptFile(path)
        } catch {
            if error.isRefusal { return nil }
            throw error
        }
    }

    /// Gives the whole rows of one read, until `take` has enough; whether the table is at its end.
    @inline(never)
    private static func rows(
        of file: borrowing KeptFile, from offset: inout Int, _ family: LocalAddress.Family,
        _ buffer: UnsafeMutableRawBufferPointer, take: (SocketRecord) -> Bool
    ) throws(SystemError) -> Bool {
        let length = try file.read(at: offset, into: buffer)
        var start = 0
        for index in 0..<length where buffer[index] == UInt8(ascii: "\n") {
            let row = UnsafeRawBufferPointer(rebasing: buffer[start...index])
            start = index + 1
            if let record = SocketTable.record(row: row, family: family), !take(record) { break }
        }
        // No row is as long as the buffer.
        guard start > 0 else { return true }
        offset += start
        return false
    }
}
