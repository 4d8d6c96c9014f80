import CLoad
import Foundation
import Platform
import Synchronization
import Values

/// Passes connections on to a port of 127.0.0.1, and while it drips, answers to UpdateService come
/// a byte a second: done long ago, and never wholly said.
final class DripProxy: Sendable {
    private struct Pair {
        let client: Int32
        let server: Int32
        var drips = false
        /// What is given out slowly.
        var answer: ArraySlice<UInt8> = []
    }

    let port: UInt16
    private let listener: Int32
    private let target: UInt16
    private let drips = Atomic(false)
    private let isOver = Atomic(false)
    private let hasEnded = Semaphore()

    init(to target: UInt16) throws {
        port = try Machine.freePort()
        self.target = target
        listener = load_listen(port)
        guard listener >= 0 else { throw MeasurementError.systemCall("listen", code: load_errno()) }
        WorkerThread.detached(name: "drip") { [self] in
            run()
            hasEnded.signal()
        }
    }

    deinit { stop() }

    var url: String { "http://127.0.0.1:\(port)" }

    func setDripping(_ isDripping: Bool) { drips.store(isDripping, ordering: .relaxed) }

    func stop() {
        guard !isOver.exchange(true, ordering: .relaxed) else { return }
        hasEnded.wait()
    }

    private func run() {
        var pairs: [Pair] = []
        var input = [UInt8](repeating: 0, count: 64 * 1024)
        var nextByte = MonotonicClock.now()
        while !isOver.load(ordering: .relaxed) {
            var polled = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            for pair in pairs {
                polled.append(pollfd(fd: pair.client, events: Int16(POLLIN), revents: 0))
                polled.append(pollfd(fd: pair.server, events: Int16(POLLIN), revents: 0))
            }
            _ = poll(&polled, UInt(polled.count), 50)
            var ended: Set<Int> = []
            for index in pairs.indices {
                let fromClient = polled[1 + 2 * index].revents != 0
                let fromServer = polled[2 + 2 * index].revents != 0
                if fromClient, !ask(&pairs[index], &input) { ended.insert(index) }
                if fromServer, !answer(&pairs[index], &input) { ended.insert(index) }
            }
            if MonotonicClock.now() >= nextByte {
                nextByte = MonotonicClock.now() + .seconds(1)
                for index in pairs.indices { drip(&pairs[index]) }
            }
            for index in ended.sorted(by: >) { close(pairs.remove(at: index)) }
            if polled[0].revents != 0, let pair = accepted() { pairs.append(pair) }
        }
        pairs.forEach(close)
        CLoad.close(listener)
    }

    private func accepted() -> Pair? {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return nil }
        let server = load_connect(target)
        guard server >= 0 else {
            CLoad.close(client)
            return nil
        }
        return Pair(client: client, server: server)
    }

    /// False at the connection's end.
    private func ask(_ pair: inout Pair, _ input: inout [UInt8]) -> Bool {
        let count = recv(pair.client, &input, input.count, 0)
        guard count > 0 else { return false }
        let text = String(decoding: input[..<count], as: UTF8.self)
        if text.contains("X-Amz-Target") {
            pair.drips = drips.load(ordering: .relaxed) && text.contains(".UpdateService")
        }
        return load_send(pair.server, input, count) == count
    }

    private func answer(_ pair: inout Pair, _ input: inout [UInt8]) -> Bool {
        let count = recv(pair.server, &input, input.count, 0)
        guard count > 0 else { return count < 0 && load_errno() == EAGAIN }
        guard !pair.drips else {
            pair.answer += input[..<count]
            return true
        }
        return load_send(pair.client, input, count) == count
    }

    private func drip(_ pair: inout Pair) {
        guard let byte = pair.answer.popFirst() else { return }
        _ = load_send(pair.client, [byte], 1)
    }

    private func close(_ pair: Pair) {
        CLoad.close(pair.client)
        CLoad.close(pair.server)
    }
}
