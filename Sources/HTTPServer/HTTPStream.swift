import CMicrohttpd
import Platform

/// A body that goes on: whoever holds it writes pieces from any thread, as they come to be.
///
/// ```
///   waiting ──write──► pending ──taken by the client──► waiting
///      └────── end, or more pending than `pendingBytesMax` ──────► ended
/// ```
/// While nothing is pending its connection is suspended, and costs nothing. A client that does not
/// read fills `pending`, and is cut off: what it holds is bounded.
package final class HTTPStream: Sendable {
    fileprivate struct State {
        var pending: [UInt8] = []
        /// Of the pending bytes, those that were taken.
        var taken = 0
        var isEnded = false
        /// It ended in the middle: the client must not take it for whole.
        var isCut = false
        /// The address of the suspended connection's handle, until it is resumed.
        var handle: UInt?
        /// Between a request's handler and the begin of its answer there is none.
        var connection: HTTPConnection?
        var wakeUps: WakeUps?
    }

    private let state = Lock(State())
    private let pendingBytesMax: Int

    package init(pendingBytesMax: Int) {
        self.pendingBytesMax = pendingBytesMax
    }

    /// Whether the client still listens, as far as is known.
    package var isOpen: Bool { state.withLock { !$0.isEnded } }

    /// False when nobody reads any more; then the stream has ended.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        let (isTaken, wakeUps) = state.withLock { state -> (Bool, WakeUps?) in
            guard !state.isEnded else { return (false, nil) }
            guard state.pending.count - state.taken + bytes.count <= pendingBytesMax else {
                // Where its socket is full, the watchdog shuts it down.
                state.connection?.deadlineMs.store(0, ordering: .relaxed)
                state.isEnded = true
                state.isCut = true
                state.pending = []
                state.taken = 0
                return (false, state.resume() ? state.wakeUps : nil)
            }
            state.pending.append(contentsOf: bytes)
            return (true, state.resume() ? state.wakeUps : nil)
        }
        wakeUps?.wake()
        return isTaken
    }

    /// What is pending is still given; further calls do nothing.
    package func end() {
        let wakeUps = state.withLock { state -> WakeUps? in
            state.isEnded = true
            return state.resume() ? state.wakeUps : nil
        }
        wakeUps?.wake()
    }

    // MARK: The connection's side

    func begin(on connection: HTTPConnection, wakeUps: WakeUps) {
        state.withLock { state in
            state.connection = connection
            state.wakeUps = wakeUps
        }
    }

    /// Nobody takes anything any more.
    func closed() {
        state.withLock { state in
            state.isEnded = true
            state.handle = nil
            state.connection = nil
            state.pending = []
            state.taken = 0
        }
    }

    /// Gives bytes, suspends the connection where there are none, or says that it is over: as
    /// `MHD_ContentReaderCallback` wants it.
    func read(into buffer: UnsafeMutableRawBufferPointer, _ handle: OpaquePointer) -> Int {
        let (address, room) = (UInt(bitPattern: handle), buffer.count)
        let piece = state.withLock { $0.take(countMax: room, suspending: address) }
        guard let piece else {
            // MHD_CONTENT_READER_END_WITH_ERROR and …_OF_STREAM, which Swift does not import.
            return state.withLock { $0.isCut } ? -2 : -1
        }
        buffer.copyBytes(from: piece)
        return piece.count
    }
}

extension HTTPStream.State {
    @discardableResult
    fileprivate mutating func resume() -> Bool {
        guard let handle else { return false }
        self.handle = nil
        MHD_resume_connection(OpaquePointer(bitPattern: handle))
        return true
    }

    /// The next bytes; none, once the connection is suspended; `nil` when it is over.
    fileprivate mutating func take(countMax: Int, suspending address: UInt) -> [UInt8]? {
        let left = pending.count - taken
        guard left > 0 else {
            if isEnded { return nil }
            // Under the lock, so that resuming always comes after.
            MHD_suspend_connection(OpaquePointer(bitPattern: address))
            handle = address
            return []
        }
        let piece = Array(pending[taken..<taken + min(left, countMax)])
        taken += piece.count
        if taken == pending.count {
            pending = []
            taken = 0
        }
        return piece
    }
}

/// What libmicrohttpd holds of a stream while it answers.
private final class StreamReader {
    let stream: HTTPStream
    let handle: OpaquePointer

    init(_ stream: HTTPStream, _ handle: OpaquePointer) {
        self.stream = stream
        self.handle = handle
    }
}

extension HTTPResponse {
    /// Begins an answer whose body is the stream's; this response's own is not used.
    func queue(_ stream: HTTPStream, on connection: OpaquePointer) -> MHD_Result {
        let reader = Unmanaged.passRetained(StreamReader(stream, connection))
        let made = MHD_create_response_from_callback(
            UInt64.max, HTTPServerLimits.streamPieceBytes, takeFromStream, reader.toOpaque(),
            releaseStream)
        guard let made else {
            reader.release()
            return .NO
        }
        for header in headers { _ = MHD_add_response_header(made, header.name, header.value) }
        defer { MHD_destroy_response(made) }
        return MHD_queue_response(connection, UInt32(status), made)
    }
}

private let takeFromStream: MHD_ContentReaderCallback = { context, _, buffer, size in
    guard let context, let buffer else { return -1 }
    let reader = Unmanaged<StreamReader>.fromOpaque(context).takeUnretainedValue()
    return reader.stream.read(
        into: UnsafeMutableRawBufferPointer(start: buffer, count: size), reader.handle)
}

private let releaseStream: MHD_ContentReaderFreeCallback = { context in
    guard let context else { return }
    Unmanaged<StreamReader>.fromOpaque(context).takeRetainedValue().stream.closed()
}
