#if !hasFeature(Embedded)
import CPlatform

/// Writes lines to a stream from a thread of its own, so that nobody else waits for a reader.
///
/// Behind a stream stands a log driver, which may hang, or a disk, which may be full: then lines
/// wait, `bytesMax` of them and as many that are being written, and further ones are dropped and
/// counted.
/// When the reader is there again, the owner learns how many were lost meanwhile.
/// ```
///   any thread ── write ──► waiting (bounded) ──► this writer's thread ──► write(2)
///                    └────► dropped, counted
/// ```
package final class LineWriter: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var isWriting = false
        var isDraining = false
        var dropped = 0
        var announced = 0
    }

    /// Gives how many of the bytes could not be written.
    package typealias Write = @Sendable (UnsafeRawBufferPointer) -> Int

    private let write: Write
    private let bytesMax: Int
    private let state = Lock(State())
    private let work = Semaphore()
    private let idle = Semaphore()

    package init(bytesMax: Int, write: @escaping Write) {
        self.bytesMax = bytesMax
        self.write = write
    }

    package convenience init(_ stream: StandardStream, bytesMax: Int) {
        self.init(bytesMax: bytesMax) { stream.write(whole: $0) }
    }

    /// Starts the thread; lines that came before wait for it.
    ///
    /// `onDrained` is called there with the lines lost since the last call, and must not wait.
    package func start(named name: String, onDrained: @escaping @Sendable (Int) -> Void) {
        WorkerThread.detached(name: name) { [self] in
            while true { writeNext(onDrained) }
        }
    }

    /// Takes a whole line and returns at once.
    package func append(_ line: String) {
        var line = line
        let isFirst = line.withUTF8 { bytes in
            state.withLock { state in
                guard state.waiting.count + bytes.count <= bytesMax else {
                    state.dropped += 1
                    return false
                }
                let isFirst = state.waiting.isEmpty
                state.waiting.append(contentsOf: bytes)
                return isFirst
            }
        }
        if isFirst { work.signal() }
    }

    /// Lines that were lost since the start.
    package var dropped: Int { state.withLock { $0.dropped } }

    /// Waits until everything is written, or the time is over; once, at the program's end.
    package func drain(within span: Duration) {
        let isIdle = state.withLock { state in
            state.isDraining = true
            return state.waiting.isEmpty && !state.isWriting
        }
        if !isIdle { _ = idle.wait(atMost: span) }
    }

    private func writeNext(_ onDrained: (Int) -> Void) {
        work.wait()
        let lines = state.withLock { state in
            state.isWriting = true
            defer { state.waiting = [] }
            return state.waiting
        }
        let lost = lines.withUnsafeBytes { bytes in
            bytes.suffix(write(bytes)).count { $0 == UInt8(ascii: "\n") }
        }
        let (news, isDrained) = state.withLock { state in
            state.isWriting = false
            state.dropped += lost
            // Nothing reaches a stream that fails, not even how much it lost.
            let news = lost > 0 ? 0 : state.dropped - state.announced
            state.announced += news
            return (news, state.isDraining && state.waiting.isEmpty && news == 0)
        }
        if news > 0 { onDrained(news) }
        if isDrained { idle.signal() }
    }
}
#endif
