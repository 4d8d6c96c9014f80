import CLoad
import Foundation
import Platform
import Synchronization
import Telemetry
import Transport
import Values

/// Well-behaved agents: one report a second each, and at once when busy rises; connections kept,
/// and opened again when they were closed.
final class DrillAgents: Sendable {
    /// What came of their reports.
    struct Tally: Sendable {
        var statuses: [Int: Int] = [:]
        /// Without an answer.
        var lost = 0
        var latenciesMs: [Double] = []

        var shed: Int { statuses[429] ?? 0 }
        var median: Double { percentile(50) }

        func percentile(_ percent: Double) -> Double {
            guard !latenciesMs.isEmpty else { return .nan }
            let sorted = latenciesMs.sorted()
            return sorted[min(sorted.count - 1, Int(Double(sorted.count) * percent / 100))]
        }
    }

    private struct State {
        var busy: [Int]
        var silent: Set<Int> = []
        var hasRisen = false
        var tally = Tally()
    }

    private let state: Lock<State>
    private let port: UInt16
    private let service: String
    private let token: String
    private let firstTask: Int
    private let isOver = Atomic(false)
    private let hasEnded = Semaphore()

    init(
        port: UInt16, service: String = "web", count: Int, busy: Int,
        firstTask: Int = 0, token: String = DrillWorld.token
    ) {
        self.port = port
        self.service = service
        self.token = token
        self.firstTask = firstTask
        state = Lock(State(busy: [Int](repeating: busy, count: count)))
        WorkerThread.detached(name: "agents") { [self] in
            var loop = Loop(self)
            while !isOver.load(ordering: .relaxed) { loop.turn() }
            loop.end()
            hasEnded.signal()
        }
    }

    deinit { stop() }

    func stop() {
        guard !isOver.exchange(true, ordering: .relaxed) else { return }
        hasEnded.wait()
    }

    /// All of them, or one.
    func setBusy(_ busy: Int, of agent: Int? = nil) {
        state.withLock { state in
            for index in state.busy.indices where agent == nil || agent == index {
                state.busy[index] = busy
            }
            state.hasRisen = true
        }
    }

    func silence(_ agents: Range<Int>) {
        state.withLock { $0.silent.formUnion(agents) }
    }

    /// Since the last time.
    func takeTally() -> Tally {
        state.withLock { state in
            defer { state.tally = Tally() }
            return state.tally
        }
    }

    /// One agent's connection.
    private struct Link {
        var descriptor: Int32 = -1
        var sequence: UInt64 = 0
        let bootID = ThisProcess.randomBits()
        var dueAt: Instant
        var sentAt: Instant?
        var received: [UInt8] = []
        /// For so long nobody looked for its answer: this machine's delay, not the aggregator's.
        var unseen = Duration.zero
    }

    private struct Loop {
        private let agents: DrillAgents
        private var links: [Link]
        private let writer = try? DrillReports()
        private var input = [UInt8](repeating: 0, count: 8192)
        private var turnedAt = MonotonicClock.now()

        /// A turn waits 2 ms; one that takes longer was not given the processor.
        private static let turnMax = Duration.milliseconds(4)

        init(_ agents: DrillAgents) {
            self.agents = agents
            let now = MonotonicClock.now()
            let count = agents.state.withLock { $0.busy.count }
            links = (0..<count).map {
                Link(dueAt: now + .milliseconds(1000 * $0 / max(1, count)))
            }
        }

        mutating func turn() {
            let (busy, silent, hasRisen) = agents.state.withLock { state in
                defer { state.hasRisen = false }
                return (state.busy, state.silent, state.hasRisen)
            }
            let now = MonotonicClock.now()
            let late = max(.zero, now - turnedAt - Self.turnMax)
            turnedAt = now
            for index in links.indices {
                links[index].unseen += late
                if silent.contains(index) {
                    close(index)
                    continue
                }
                if hasRisen { links[index].dueAt = now }
                if links[index].dueAt <= now, links[index].sentAt == nil {
                    send(index, busy: busy[index], now: now)
                }
                if let sentAt = links[index].sentAt, now - sentAt > .seconds(2) { lose(index) }
            }
            receive()
        }

        mutating func end() {
            for index in links.indices { close(index) }
        }

        private mutating func send(_ index: Int, busy: Int, now: Instant) {
            links[index].dueAt = now + .seconds(1)
            if links[index].descriptor < 0 { links[index].descriptor = load_connect(agents.port) }
            guard links[index].descriptor >= 0, let bytes = request(index, busy: busy) else {
                return agents.state.withLock { $0.tally.lost += 1 }
            }
            links[index].sentAt = now
            links[index].unseen = .zero
            let count = bytes.withUnsafeBytes {
                load_send(links[index].descriptor, $0.baseAddress, $0.count)
            }
            if count != bytes.count { lose(index) }
        }

        private mutating func request(_ index: Int, busy: Int) -> [UInt8]? {
            links[index].sequence += 1
            let report = DrillWorld.report(
                service: agents.service, task: agents.firstTask + index,
                bootID: links[index].bootID,
                sequence: links[index].sequence, busy: busy)
            return writer?.request(report, token: agents.token)
        }

        private mutating func receive() {
            var polled = links.map {
                pollfd(fd: $0.sentAt == nil ? -1 : $0.descriptor, events: Int16(POLLIN), revents: 0)
            }
            guard poll(&polled, UInt(polled.count), 2) > 0 else { return }
            for index in links.indices where polled[index].revents != 0 {
                let count = recv(links[index].descriptor, &input, input.count, 0)
                guard count > 0 else {
                    if count < 0 && errno == EAGAIN { continue }
                    lose(index)
                    continue
                }
                links[index].received.append(contentsOf: input[..<count])
                let status = links[index].received.withUnsafeBytes { AnswerHead($0)?.status }
                guard let status, let sentAt = links[index].sentAt else { continue }
                let waited = MonotonicClock.now() - sentAt - links[index].unseen
                let latency = max(0, waited.inSeconds * 1000)
                agents.state.withLock { state in
                    state.tally.statuses[status, default: 0] += 1
                    state.tally.latenciesMs.append(latency)
                }
                links[index].sentAt = nil
                links[index].received.removeAll()
            }
        }

        private mutating func lose(_ index: Int) {
            close(index)
            agents.state.withLock { $0.tally.lost += 1 }
        }

        private mutating func close(_ index: Int) {
            if links[index].descriptor >= 0 { CLoad.close(links[index].descriptor) }
            links[index].descriptor = -1
            links[index].sentAt = nil
            links[index].received.removeAll()
        }
    }
}
