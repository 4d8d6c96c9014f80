import TestSupport
import Testing
import Values

@testable import Platform

/// What sock_diag of Linux 6.18 answered, byte for byte.
@Suite struct SocketMessagesTests {
    /// A listener on 0.0.0.0:18080, three connections in its queue of 4096, with its attributes.
    private static let listener: [UInt8] = SocketMessagesSamples.listener
    /// Two connections to it, one with a byte that nobody read, and the end of the list.
    private static let connections: [UInt8] = SocketMessagesSamples.connections

    private func messages(_ bytes: [UInt8]) -> [SocketMessages.Message] {
        bytes.withUnsafeBytes { buffer in
            var walk = SocketMessages(buffer)
            var messages: [SocketMessages.Message] = []
            while let message = walk.next() { messages.append(message) }
            return messages
        }
    }

    private func records(_ bytes: [UInt8]) -> [SocketRecord] {
        messages(bytes).compactMap {
            if case .socket(let record, _) = $0 { record } else { nil }
        }
    }

    @Test func readsAListener() throws {
        let record = try #require(records(Self.listener).first)
        #expect(record.state == .listening)
        #expect(record.local.port == 18080)
        #expect(record.local.family == .ip4)
        #expect(!record.local.isLoopback)
        #expect(record.receiveQueue == 3)
        #expect(record.queueLimit == 4096)
        #expect(record.drops == 0)
        #expect(record.cgroup != nil)
        #expect(record.user == 0)
    }

    @Test func readsAListOfConnections() {
        let records = records(Self.connections)
        #expect(records.map(\.state) == [.established, .established])
        #expect(records.map(\.receiveQueue).sorted() == [0, 1])
        #expect(records.allSatisfy { $0.local.isLoopback && $0.queueLimit == nil })
        #expect(messages(Self.connections).last == .done)
    }

    @Test func everyTruncationEndsTheWalk() {
        for bytes in [Self.listener, Self.connections] {
            for length in 1..<bytes.count {
                let found = messages(Array(bytes[..<length]))
                #expect(found.count <= 3)
                // Either it ends between two messages, or it is seen to be cut.
                if length % 4 != 0 { #expect(found.last == .malformed, "\(length)") }
            }
        }
    }

    @Test func aRefusalCarriesItsNumber() {
        // A header of 36 bytes with NLMSG_ERROR, and -EPERM.
        let header: [UInt8] = [36, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let bytes = header + [0xFF, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 16)
        #expect(messages(bytes) == [.failed(SystemError(number: 1))])
        #expect(messages([16] + header[1...]) == [.malformed], "without a number")
    }

    @Test func lengthsThatLieAreMalformed() {
        for lie: [UInt8] in [[0, 0, 0, 0], [15, 0, 0, 0], [255, 255, 255, 255], [0, 0, 1, 0]] {
            #expect(messages(lie + Self.listener[4...]) == [.malformed])
        }
    }

    @Test func survivesRandomBytes() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for sample in [Self.listener, Self.connections] {
            for _ in 0..<20_000 {
                var bytes = sample
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] =
                        UInt8.random(in: 0...255, using: &random)
                }
                #expect(messages(bytes).count <= bytes.count / 4, "seed \(seed)")
            }
        }
    }
}
