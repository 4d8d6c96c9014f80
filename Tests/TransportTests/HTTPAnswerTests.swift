import Platform
import TestSupport
import Testing
import Transport
import Values

@Suite struct HTTPAnswerTests {
    private func read(
        _ text: String, atEnd: Bool = false, bodyBytesMax: Int = 64
    ) throws(HTTPAnswerError) -> (answer: HTTPAnswer, body: String)? {
        var body: [UInt8] = []
        let bytes = Array(text.utf8)
        guard
            let answer = try HTTPAnswer.read(
                bytes, atEnd: atEnd, bodyBytesMax: bodyBytesMax, into: &body)
        else { return nil }
        return (answer, String(decoding: body, as: UTF8.self))
    }

    @Test func readsABodyOfGivenLength() throws {
        let text = "HTTP/1.1 200 OK\r\nServer: nginx\r\ncontent-length:  5 \r\n\r\nhello"
        let read = try #require(try read(text))
        #expect(read.answer.status == 200)
        #expect(read.body == "hello")
        #expect(!read.answer.closes)
        #expect(read.answer.length == text.utf8.count)
    }

    @Test func readsChunks() throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        let read = try #require(try read(head + "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"))
        #expect(read.body == "abc0123456789")
        #expect(read.answer.closes)
    }

    @Test func readsUntilTheEndWithoutALength() throws {
        let text = "HTTP/1.0 200 OK\r\n\r\nhello"
        #expect(try read(text) == nil)
        let read = try #require(try read(text, atEnd: true))
        #expect(read.body == "hello")
        #expect(read.answer.closes)
    }

    @Test func waitsForEveryMissingByteAndRefusesItsEnd() throws {
        let texts = [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        ]
        for text in texts {
            for length in 0..<text.utf8.count {
                let part = String(decoding: text.utf8.prefix(length), as: UTF8.self)
                #expect(try read(part) == nil)
                #expect(throws: HTTPAnswerError.self) { try read(part, atEnd: true) }
            }
        }
    }

    @Test(arguments: [
        "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 999 X\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n",
    ])
    func refusesWhatIsNoAnswer(text: String) {
        #expect(throws: HTTPAnswerError.self) { try read(text) }
    }

    @Test(arguments: [4_200, 16_083, 60_000])
    func passesOverHeadersThatNobodyNeeds(count: Int) throws {
        let policy = "Content-Security-Policy: " + String(repeating: "a", count: count)
        let text = "HTTP/1.1 200 OK\r\n\(policy)\r\nContent-Length: 5\r\n\r\nhello"
        let read = try #require(try read(text))
        #expect(read.body == "hello")
    }

    @Test func refusesHeadersWithoutEnd() {
        let text = "HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 65_536)
        #expect(throws: HTTPAnswerError.self) { try read(text) }
    }

    @Test func survivesRandomBytes() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        var body: [UInt8] = []
        for _ in 0..<20_000 {
            var bytes = Array(text.utf8)
            for _ in 0..<3 {
                bytes[Int.random(in: bytes.indices, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            _ = try? HTTPAnswer.read(bytes, atEnd: true, bodyBytesMax: 64, into: &body)
            #expect(body.count <= 64, "seed \(seed)")
        }
    }
}
