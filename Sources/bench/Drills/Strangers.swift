import CLoad
import Foundation
import Platform
import Synchronization
import Telemetry
import Transport
import Values

/// A crowd of connections that do harm, from a thread of its own: what is closed is opened again.
final class Strangers: Sendable {
    enum Behaviour: Sendable {
        /// Connect and say nothing.
        case idle
        /// Ask for this once a second.
        case asking(String)
        /// Send this as soon as the answer before is there.
        case flooding([UInt8])
        /// Announce a body of so many bytes without a token, and send all but the last.
        case bodies(Int)
        /// Send a byte of a head a second.
        case slowHeads
        /// Report, with the token, for a task that nobody has heard of, as fast as answers come.
        case inventing
    }

    private let port: UInt16
    private let behaviour: Behaviour
    private let count: Int
    private let statuses = Lock<[Int: Int]>([:])
    private let isOver = Atomic(false)
    private let hasEnded = Semaphore()

    init(port: UInt16, _ behaviour: Behaviour, connections count: Int) {
        self.port = port
        self.behaviour = behaviour
        self.count = count
        WorkerThread.detached(name: "strangers") { [self] in
            var crowd = Crowd(self)
            while !isOver.load(ordering: .relaxed) { crowd.turn() }
            crowd.end()
            hasEnded.signal()
        }
    }

    deinit { stop() }

    func stop() {
        guard !isOver.exchange(true, ordering: .relaxed) else { return }
        hasEnded.wait()
    }

    /// Answers by status, so far.
    var answers: [Int: Int] { statuses.withLock { $0 } }

    /// A request that is refused, and one that is dear to answer.
    static let wrongToken: [UInt8] = {
        let body = [UInt8](repeating: 0x20, count: 400)
        return Array(DrillWorld.head(bodyBytes: body.count, token: "wrong-wrong-wrong").utf8) + body
    }()
    static func get(_ path: String) -> [UInt8] {
        Array("GET \(path) HTTP/1.1\r\nHost: aggregator\r\n\r\n".utf8)
    }

    private struct Crowd {
        private let strangers: Strangers
        private var polled: [pollfd]
        private var input = [UInt8](repeating: 0, count: 64 * 1024)
        private var nextSecond = MonotonicClock.now()
        private var reports: Reports?

        init(_ strangers: Strangers) {
            self.strangers = strangers
            polled = (0..<strangers.count).map { _ in
                pollfd(fd: -1, events: Int16(POLLIN), revents: 0)
            }
            if case .inventing = strangers.behaviour { reports = try? Reports() }
        }

        mutating func turn() {
            open()
            if MonotonicClock.now() >= nextSecond {
                nextSecond = MonotonicClock.now() + .seconds(1)
                everySecond()
            }
            guard poll(&polled, UInt(polled.count), 10) > 0 else { return }
            for index in polled.indices where polled[index].revents != 0 {
                let count = recv(polled[index].fd, &input, input.count, 0)
                guard count > 0 else {
                    if count < 0 && errno == EAGAIN { continue }
                    close(index)
                    continue
                }
                if let head = input.withUnsafeBytes({
                    AnswerHead(UnsafeRawBufferPointer(rebasing: $0[..<count]))
                }) {
                    strangers.statuses.withLock { $0[head.status, default: 0] += 1 }
                }
                if case .flooding(let bytes) = strangers.behaviour { send(index, bytes) }
                if let bytes = reports?.next() { send(index, bytes) }
            }
        }

        mutating func end() {
            for index in polled.indices { close(index) }
        }

        /// A few hundred a turn, so that none waits for all.
        private mutating func open() {
            var room = 200
            for index in polled.indices where polled[index].fd < 0 {
                guard room > 0 else { return }
                room -= 1
                polled[index].fd = load_connect(strangers.port)
                guard polled[index].fd >= 0 else { return }
                switch strangers.behaviour {
                case .idle: break
                case .asking(let path): send(index, Strangers.get(path))
                case .flooding(let bytes): send(index, bytes)
                case .bodies(let size):
                    let head = DrillWorld.head(bodyBytes: size, token: nil)
                    send(index, Array(head.utf8) + [UInt8](repeating: 0x20, count: size - 1))
                case .slowHeads: send(index, Array("GET / HTTP/1.1\r\nX: ".utf8))
                case .inventing: if let bytes = reports?.next() { send(index, bytes) }
                }
            }
        }

        private mutating func everySecond() {
            for index in polled.indices where polled[index].fd >= 0 {
                switch strangers.behaviour {
                case .asking(let path): send(index, Strangers.get(path))
                case .slowHeads: send(index, [0x78])
                default: break
                }
            }
        }

        private func send(_ index: Int, _ bytes: [UInt8]) {
            // What does not fit, or comes too late, is the stranger's loss.
            _ = bytes.withUnsafeBytes {
                load_send(polled[index].fd, $0.baseAddress, $0.count)
            }
        }

        private mutating func close(_ index: Int) {
            if polled[index].fd >= 0 { CLoad.close(polled[index].fd) }
            polled[index].fd = -1
        }
    }

    /// Reports of tasks that do not exist, each of another.
    private struct Reports {
        private let writer: DrillReports
        private var number = 1_000_000

        init() throws { writer = try DrillReports() }

        mutating func next() -> [UInt8]? {
            number += 1
            let report = DrillWorld.report(
                service: "web", task: number, bootID: 1, sequence: 1, busy: 5)
            return writer.request(report, token: DrillWorld.token)
        }
    }
}
