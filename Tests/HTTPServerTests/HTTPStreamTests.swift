import Glibc
import Platform
import Testing

@testable import HTTPServer

/// Answers that go on.
@Suite struct HTTPStreamTests {
    private static let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    private func start(_ streams: Streams, pendingBytesMax: Int = 1 << 16) throws -> HTTPServer {
        try HTTPServer(HTTPServerOptions(address: "127.0.0.1", port: 0)) { _ in
            let stream = HTTPStream(pendingBytesMax: pendingBytesMax)
            stream.write(Array("begin\n".utf8))
            streams.all.withLock { $0.append(stream) }
            return .stream(HTTPResponse(status: 200, headers: [.init("X-A", "b")]), stream)
        }
    }

    private final class Streams: Sendable {
        let all = Lock<[HTTPStream]>([])

        func first() throws -> HTTPStream {
            for _ in 0..<2000 {
                if let first = all.withLock({ $0.first }) { return first }
                usleep(1000)
            }
            throw RawClient.ClientError.cannotConnect(0)
        }
    }

    private func eventually(_ isSo: () -> Bool) -> Bool {
        for _ in 0..<5000 {
            if isSo() { return true }
            usleep(1000)
        }
        return false
    }

    @Test func givesEachPieceAsItComesAndEnds() throws {
        let streams = Streams()
        let server = try start(streams)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(Self.request)
        var got = client.text(until: "begin\n")
        #expect(got.contains("X-A: b") && got.contains("chunked"))
        let stream = try streams.first()
        for piece in 1...3 {
            #expect(stream.write(Array("piece \(piece)\n".utf8)))
            got = client.text(until: "piece \(piece)\n")
            #expect(got.contains("piece \(piece)\n"))
        }
        stream.write(Array("last\n".utf8))
        stream.end()
        #expect(client.text(until: "0\r\n\r\n").contains("last\n"))
        #expect(!stream.write([1]), "it is over")
        // The connection is kept for the next request.
        client.send(Self.request)
        #expect(client.text(until: "begin\n").contains("begin"))
    }

    @Test func aClientThatDoesNotReadIsCutOff() throws {
        let streams = Streams()
        let server = try start(streams)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(Self.request)
        _ = client.text(until: "begin\n")
        let stream = try streams.first()
        let piece = [UInt8](repeating: 0x2E, count: 32 * 1024)
        var written = 0
        while stream.write(piece), written < 2_000 { written += 1 }
        #expect(written < 2_000, "what it does not read has a limit")
        #expect(eventually { server.connectionCount == 0 })
    }

    @Test func aClientThatWentIsSeenWithTheNextPieces() throws {
        let streams = Streams()
        let server = try start(streams)
        defer { server.stop() }
        do {
            let client = try RawClient(port: server.port)
            client.send(Self.request)
            _ = client.text(until: "begin\n")
        }
        let stream = try streams.first()
        #expect(
            eventually {
                stream.write([0x0A])
                return !stream.isOpen
            })
        #expect(eventually { server.connectionCount == 0 })
    }

    @Test func theServersStopEndsThemAtOnce() throws {
        let streams = Streams()
        let server = try start(streams)
        let clients = try (0..<5).map { _ in try RawClient(port: server.port) }
        for client in clients {
            client.send(Self.request)
            _ = client.text(until: "begin\n")
        }
        let begin = CoarseClock.nowMs()
        server.stop()
        #expect(CoarseClock.nowMs() - begin < 3_000, "not the whole drain time of 4 s")
        for client in clients { #expect(client.isClosedByServer()) }
        #expect(streams.all.withLock { $0.allSatisfy { !$0.isOpen } })
    }
}
