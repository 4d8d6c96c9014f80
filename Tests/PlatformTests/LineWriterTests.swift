import Platform
import Testing

@Suite struct LineWriterTests {
    /// A reader that takes nothing before it is let, and keeps what it took.
    private final class Reader: Sendable {
        private let text = Lock("")
        private let isAtWork = Semaphore()
        private let leave = Semaphore()
        var all: String { text.withLock { $0 } }

        func take(_ bytes: UnsafeRawBufferPointer) -> Int {
            isAtWork.signal()
            leave.wait()
            let new = String(decoding: bytes, as: UTF8.self)
            text.withLock { $0 += new }
            return 0
        }

        func waitUntilAtWork() { isAtWork.wait() }
        func letGoOn() { leave.signal() }
    }

    @Test func neverWaitsForAReaderAndCountsWhatIsLost() {
        let reader = Reader()
        let writer = LineWriter(bytesMax: 8) { reader.take($0) }
        let lost = Lock<[Int]>([])
        writer.start(named: "test") { count in lost.withLock { $0.append(count) } }
        writer.append("one\n")
        reader.waitUntilAtWork()
        // The reader hangs: two lines wait, two are lost.
        for line in ["two\n", "3rd\n", "4th\n", "5th\n"] { writer.append(line) }
        #expect(writer.dropped == 2)
        for _ in 0..<2 { reader.letGoOn() }
        writer.drain(within: .seconds(10))
        #expect(reader.all == "one\ntwo\n3rd\n")
        #expect(lost.withLock { $0 }.reduce(0, +) == 2)
    }

    @Test func endsThoughTheReaderHangs() {
        let reader = Reader()
        let writer = LineWriter(bytesMax: 100) { reader.take($0) }
        writer.start(named: "test") { _ in }
        writer.append("one\n")
        reader.waitUntilAtWork()
        writer.drain(within: .milliseconds(1))
        #expect(reader.all.isEmpty)
        reader.letGoOn()
    }

    @Test func countsLinesThatAStreamRefuses() {
        let tries = Lock(0)
        let writer = LineWriter(bytesMax: 100) { bytes in
            // Full, then there is room.
            tries.withLock { tries in
                tries += 1
                return tries == 1 ? bytes.count : 0
            }
        }
        let lost = Lock(0)
        let isKnown = Semaphore()
        writer.append("one\n")
        writer.append("two\n")
        writer.start(named: "test") { count in
            lost.withLock { $0 += count }
            isKnown.signal()
        }
        writer.drain(within: .seconds(10))
        #expect(writer.dropped == 2)
        #expect(lost.withLock { $0 } == 0)
        writer.append("three\n")
        #expect(isKnown.wait(atMost: .seconds(10)))
        #expect(lost.withLock { $0 } == 2)
    }
}
