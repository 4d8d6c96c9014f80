import Glibc
import TestSupport
import Testing

@testable import AgentCore

/// Reads this machine's kernel, in a network namespace of each test's own.
@Suite(
    .enabled(
        if: NetworkNamespace.isAllowed, "only root may make network namespaces, with iproute2"))
struct WitnessReaderTests {
    private static let host = NetworkNamespace.address

    private static func reader(ports: [UInt16] = [], statusPorts: [UInt16] = []) -> WitnessReader {
        WitnessReader(ports: ports, statusPorts: statusPorts, folder: NetworkNamespace.folder)
    }

    /// The same from sock_diag and from the texts of `/proc`.
    private static func bothReaders() -> [WitnessReader] {
        [reader(), WitnessReader(tablesIn: NetworkNamespace.folder)]
    }

    @Test func aFullAcceptQueueShowsAndWhatItTurnsAway() throws {
        try NetworkNamespace.inNew {
            let listener = try PlainSocket.listening(Self.host, port: 80, backlog: 4)
            let reader = Self.reader()
            let before = reader.look()
            #expect(before.listeners == 1)
            #expect(before.acceptQueue == 0)
            #expect(before.acceptQueueLimit == 4)
            var clients: [PlainSocket] = []
            for _ in 0..<8 { clients.append(try .connecting(to: Self.host, port: 80)) }
            let after = reader.look()
            // The kernel takes one more than the limit.
            #expect(after.acceptQueue == 5)
            #expect(after.acceptQueueLimit == 4)
            let overflows = try #require(after.listenOverflows) - (before.listenOverflows ?? 0)
            let drops = try #require(after.listenDrops) - (before.listenDrops ?? 0)
            #expect(overflows >= 3)
            #expect(drops >= 3)
            #expect(after.established == 5, "they are connections, accepted or not")
            withExtendedLifetime((listener, clients)) {}
        }
    }

    @Test(arguments: ["10.9.9.1", "::"])
    func connectionsAndWhatNobodyReadAreCounted(host: String) throws {
        try NetworkNamespace.inNew {
            let listener = try PlainSocket.listening(host, port: 80, backlog: 64)
            var sockets: [PlainSocket] = []
            for index in 0..<12 {
                // A client of IPv4 at a listener of IPv6 as well: the kernel maps it.
                let client = try PlainSocket.connecting(to: Self.host, port: 80)
                sockets += [client, try listener.accepted()]
                if index < 7 { client.send("GET / HTTP/1.1\r\n") }
            }
            for reader in Self.bothReaders() {
                let reading = reader.look()
                #expect(reading.established == 12, "\(reader.unavailable)")
                #expect(reading.unread == 7)
                #expect(reading.acceptQueue == 0)
                // Both ends are here.
                #expect(reading.sockets == 25)
            }
            withExtendedLifetime(sockets) {}
        }
    }

    @Test func openStreamsAreToldFromLeaks() throws {
        // nginx says the same of both: 50 requests are being written.
        try NetworkNamespace.inNew {
            let listener = try PlainSocket.listening(Self.host, port: 80, backlog: 64)
            let reader = Self.reader()
            var streams: [PlainSocket] = []
            for _ in 0..<50 {
                streams += [try .connecting(to: Self.host, port: 80), try listener.accepted()]
            }
            #expect(reader.look().established == 50)
            streams.removeAll()
            // On a busy machine the kernel ends them a moment later.
            var left = reader.look().established
            for _ in 0..<1_000 where left != 0 {
                usleep(10_000)
                left = reader.look().established
            }
            #expect(left == 0)
        }
    }

    @Test func nginxsListenersAreFoundAmongOthers() throws {
        try NetworkNamespace.inNew {
            let serving = [
                try PlainSocket.listening("0.0.0.0", port: 80, backlog: 100),
                try PlainSocket.listening("::1", port: 8080, backlog: 100),
                try PlainSocket.listening("127.0.0.1", port: 8113, backlog: 10),
                try PlainSocket.listening("127.0.0.1", port: 2015, backlog: 10),
            ]
            let reading = Self.reader(statusPorts: [8113]).look()
            #expect(reading.listeners == 1)
            #expect(reading.acceptQueueLimit == 100)
            let named = Self.reader(ports: [2015, 8113], statusPorts: [8113]).look()
            #expect(named.listeners == 2)
            #expect(named.acceptQueueLimit == 20)
            withExtendedLifetime(serving) {}
        }
    }

    @Test func aSharedPortCountsWhole() throws {
        try NetworkNamespace.inNew {
            let listeners = try (0..<2).map { _ in
                try PlainSocket.listening(Self.host, port: 80, backlog: 50, sharesPort: true)
            }
            let reader = Self.reader()
            _ = reader.look()
            let clients = try (0..<20).map { _ in
                try PlainSocket.connecting(to: Self.host, port: 80)
            }
            let reading = reader.look()
            #expect(reading.acceptQueue == 20)
            #expect(reading.acceptQueueLimit == 100)
            withExtendedLifetime((listeners, clients)) {}
        }
    }

    @Test func connectionsThatNobodyAcceptedAreSocketsInUse() throws {
        try NetworkNamespace.inNew {
            let listeners = [
                try PlainSocket.listening(Self.host, port: 80, backlog: 50),
                try PlainSocket.listening("::", port: 443, backlog: 50),
            ]
            let reader = Self.reader()
            #expect(reader.socketsInUse() == 2)
            let clients = [
                try PlainSocket.connecting(to: Self.host, port: 80),
                try PlainSocket.connecting(to: Self.host, port: 443),
            ]
            #expect(reader.socketsInUse() == 6)
            withExtendedLifetime((listeners, clients)) {}
        }
    }

    @Test func manyConnectionsAreCountedOverSeveralLooks() throws {
        try NetworkNamespace.inNew {
            let listener = try PlainSocket.listening(Self.host, port: 80, backlog: 64)
            var sockets: [PlainSocket] = []
            for _ in 0..<4500 {
                sockets += [try .connecting(to: Self.host, port: 80), try listener.accepted()]
            }
            let reader = Self.reader()
            #expect(reader.look().established == nil, "the first count is not whole")
            #expect(reader.look().established == 4500)
            withExtendedLifetime(sockets) {}
        }
    }

    @Test func withoutListenersNothingWaitsAndItIsSaidOnce() throws {
        try NetworkNamespace.inNew {
            let reader = Self.reader(statusPorts: [8113])
            for _ in 0..<3 {
                let reading = reader.look()
                #expect(reading.listeners == 0)
                #expect(reading.acceptQueue == nil)
                #expect(reading.sockets == 0)
                #expect(reading.listenOverflows == 0)
            }
            #expect(reader.takeUnavailable()?.source == .listeners)
            #expect(reader.takeUnavailable() == nil)
        }
    }

    @Test func whatIsNotThereIsUnknownAndSaidOnce() throws {
        try NetworkNamespace.inNew {
            let listener = try PlainSocket.listening(Self.host, port: 80, backlog: 64)
            let reader = WitnessReader(ports: [], statusPorts: [], folder: "/nowhere")
            for _ in 0..<3 {
                let reading = reader.look()
                #expect(reading.sockets == nil)
                #expect(reading.listenOverflows == nil)
                #expect(reading.acceptQueue == 0, "sock_diag goes on")
                #expect(reading.established == 0)
            }
            #expect(reader.unavailable.map(\.source) == [.socketCounts, .networkCounters])
            let blind = WitnessReader(tablesIn: "/nowhere").look()
            #expect(blind.established == nil)
            withExtendedLifetime(listener) {}
        }
    }
}
