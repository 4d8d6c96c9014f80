import Platform
import TestSupport
import Testing
import Values

/// Texts of `/proc/net` as Linux 6.18 shows them, shortened.
@Suite struct SocketTextsTests {
    private static let sockstat = """
        sockets: used 65
        TCP: inuse 27 orphan 0 tw 3 alloc 31 mem 249
        UDP: inuse 1 mem 0

        """
    private static let sockstat6 = "TCP6: inuse 4\nUDP6: inuse 0\n"
    private static let netstat = """
        TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPHPHits
        TcpExt: 0 18446744073709551615 45 2145
        IpExt: InNoRoutes ListenDrops
        IpExt: 9 8

        """
    private static let table = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1FB1 00000000:0000 0A 00000000:00000003 00:00000000 00000000   101        0 31337 1 0000000000000000 100 0 0 10 0
           1: 0909090A:0050 0209090A:D431 01 00000000:0000004E 02:000004B0 00000000     0        0 31415 2 0000000000000000 20 4 30 10 -1

        """
    private static let table6 =
        "   0: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:A1B2 01"
        + " 00000000:00000000 00:00000000 00000000     0        0 99 1 0000000000000000\n"

    private func number(_ start: StaticString, _ text: String) -> Int? {
        text.bytes.withUnsafeBytes { SocketCounters.number(after: start, in: $0) }
    }

    private func value(_ name: StaticString, _ group: StaticString, _ text: String) -> UInt64? {
        text.bytes.withUnsafeBytes { SocketCounters.value(of: name, group: group, in: $0) }
    }

    private func records(_ text: String, _ family: LocalAddress.Family) -> [SocketRecord] {
        text.split(separator: "\n").compactMap { row in
            (String(row) + "\n").bytes.withUnsafeBytes {
                SocketTable.record(row: $0, family: family)
            }
        }
    }

    @Test func countsSocketsInUse() {
        #expect(number("TCP: inuse ", Self.sockstat) == 27)
        #expect(number("sockets: used ", Self.sockstat) == 65)
        #expect(number("TCP6: inuse ", Self.sockstat6) == 4)
    }

    @Test(arguments: [
        "", "TCP: inuse", "TCP: inuse ", "TCP: inuse 2", "TCP: inuse x\n", "UDP: inuse 3\n",
        "TCP: inuse 99999999999999999999999\n", "a TCP: inuse 3\n",
    ])
    func whatIsNotThereIsUnknown(text: String) {
        #expect(number("TCP: inuse ", text) == nil)
    }

    @Test func findsAValueBelowItsName() {
        #expect(value("ListenDrops", "TcpExt:", Self.netstat) == 45)
        #expect(value("ListenOverflows", "TcpExt:", Self.netstat) == .max)
        #expect(value("ListenDrops", "IpExt:", Self.netstat) == 8)
        #expect(value("Listen", "TcpExt:", Self.netstat) == nil, "half a name is none")
        #expect(value("ListenDrops", "MPTcpExt:", Self.netstat) == nil)
    }

    @Test func aCutTextGivesNoWrongValue() {
        let text = Self.netstat.bytes
        for length in 0..<text.count {
            let cut = String(decoding: text[..<length], as: UTF8.self)
            let found = value("ListenDrops", "TcpExt:", cut)
            #expect(found == nil || found == 45, "\(length)")
        }
    }

    @Test func readsRowsOfBothTables() throws {
        let rows = records(Self.table, .ip4)
        #expect(rows.map(\.state) == [.listening, .established])
        #expect(rows.map(\.local.port) == [8113, 80])
        #expect(rows.map(\.receiveQueue) == [3, 78])
        #expect(rows.map(\.user) == [101, 0])
        #expect(rows.map(\.local.isLoopback) == [true, false])
        let mapped = try #require(records(Self.table6, .ip6).first)
        #expect(mapped.local.port == 8080)
        #expect(mapped.local.isLoopback)
        #expect(records(Self.table, .ip6) == [])
    }

    @Test func survivesRandomBytes() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for sample in [Self.sockstat, Self.netstat, Self.table, Self.table6] {
            for _ in 0..<5000 {
                var bytes = sample.bytes
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] =
                        UInt8.random(in: 0...255, using: &random)
                }
                bytes.withUnsafeBytes { text in
                    let number = SocketCounters.number(after: "TCP: inuse ", in: text)
                    #expect(number ?? 0 >= 0, "seed \(seed)")
                    _ = SocketCounters.value(of: "ListenDrops", group: "TcpExt:", in: text)
                    let record = SocketTable.record(row: text, family: .ip4)
                    #expect(record?.receiveQueue ?? 0 >= 0, "seed \(seed)")
                }
            }
        }
    }
}
