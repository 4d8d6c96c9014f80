import CLoad
import Platform
import Values

/// One thread that keeps connections busy through epoll(7).
///
/// A connection has one request under way at a time. Unpaced, it sends the next one as soon as the
/// answer is there. Paced, each connection's requests are due once a period, the connections spread
/// over it. Latency counts from when a request is sent; one that is due while the one before is
/// still open waits, and then it counts from when it was due, so that a server that stalls cannot
/// hide it (coordinated omission).
final class LoadGenerator {
    private let epoll: Int32
    private var connections: [LoadConnection] = []
    private var events = [epoll_event](repeating: epoll_event(), count: 1024)
    private var input = [UInt8](repeating: 0, count: 16 * 1024)

    /// A run ends with an error when nothing was answered for so long.
    private static let silenceMax = Duration.seconds(20)

    init(port: UInt16, connections count: Int) throws(MeasurementError) {
        epoll = epoll_create1(0)
        guard epoll >= 0 else { throw .systemCall("epoll_create1", code: load_errno()) }
        connections.reserveCapacity(count)
        for index in 0..<count {
            let connection = try LoadConnection(port: port)
            connections.append(connection)
            guard load_watch(epoll, connection.descriptor, UInt32(index)) == 0 else {
                throw .systemCall("epoll_ctl", code: load_errno())
            }
        }
    }

    deinit {
        for connection in connections { connection.close() }
        close(epoll)
    }

    /// Sends the whole stock; `period` paces it.
    func run(_ stock: RequestStock, period: Duration? = nil) throws(MeasurementError) -> LoadResult
    {
        precondition(stock.connections == connections.count, "a request for each connection")
        var run = Run(stock, period: period, startedAt: MonotonicClock.now())
        for index in connections.indices {
            connections[index].due = 0
            connections[index].sent = 0
            connections[index].answered = 0
        }
        var answeredAt = run.startedAt
        while run.isOpen {
            try sendDue(&run)
            let count = epoll_wait(epoll, &events, Int32(events.count), run.isPaced ? 1 : 100)
            guard count >= 0 || load_errno() == EINTR else {
                throw .systemCall("epoll_wait", code: load_errno())
            }
            let now = MonotonicClock.now()
            if count > 0 { answeredAt = now }
            guard now - answeredAt < Self.silenceMax else {
                throw .tooSlow(what: "nothing was answered for \(Self.silenceMax)")
            }
            for event in events.prefix(Int(max(0, count))) {
                try receive(Int(load_number(event)), &run)
            }
        }
        run.result.seconds = (MonotonicClock.now() - run.startedAt).inSeconds
        return run.result
    }

    private func sendDue(_ run: inout Run) throws(MeasurementError) {
        while let index = run.nextDue(now: MonotonicClock.now()) {
            connections[index].due += 1
            guard connections[index].isOpen else {
                run.result.lost += 1
                continue
            }
            let isWaiting = connections[index].sent > connections[index].answered
            if !isWaiting { run.noteSent(connections[index].sent, of: index) }
            try sendNext(index, run)
        }
    }

    /// Sends the connection's next request when one is due and none is under way.
    private func sendNext(_ index: Int, _ run: Run) throws(MeasurementError) {
        let connection = connections[index]
        guard connection.sent == connection.answered, connection.sent < connection.due else {
            return
        }
        let (count, size) = run.stock.withRequest(connection: index, round: connection.sent) {
            (load_send(connection.descriptor, $0.baseAddress, $0.count), $0.count)
        }
        connections[index].sent += 1
        // Closed by the server: reading shows it. Otherwise an empty socket takes a whole request.
        guard count == size || (count < 0 && (load_errno() == EPIPE || load_errno() == ECONNRESET))
        else {
            throw .systemCall("send", code: load_errno())
        }
    }

    private func receive(_ index: Int, _ run: inout Run) throws(MeasurementError) {
        let count = recv(connections[index].descriptor, &input, input.count, 0)
        guard count > 0 else {
            if count < 0 && load_errno() == EAGAIN { return }
            return end(index, &run)
        }
        let status: Int?
        if connections[index].partial.isEmpty {
            status = input.withUnsafeBytes {
                AnswerHead(UnsafeRawBufferPointer(rebasing: $0[..<count]))?.status
            }
            if status == nil { connections[index].partial.append(contentsOf: input[..<count]) }
        } else {
            connections[index].partial.append(contentsOf: input[..<count])
            status = connections[index].partial.withUnsafeBytes { AnswerHead($0)?.status }
            if status != nil { connections[index].partial.removeAll() }
        }
        guard let status else { return }
        run.noteAnswered(index, status)
        connections[index].answered += 1
        if connections[index].sent < connections[index].due {
            run.noteDue(connections[index].sent, of: index)
        }
        try sendNext(index, run)
    }

    /// The server closed the connection: what is open on it and what is due is lost.
    private func end(_ index: Int, _ run: inout Run) {
        guard connections[index].isOpen else { return }
        connections[index].isOpen = false
        _ = epoll_ctl(epoll, EPOLL_CTL_DEL, connections[index].descriptor, nil)
        run.result.lost += connections[index].due - connections[index].answered
    }
}

extension LoadGenerator {
    /// One run's plan and what came of it.
    fileprivate struct Run {
        let stock: RequestStock
        let startedAt: Instant
        var result = LoadResult()
        private let total: Int
        private let periodNs: Int64?
        private var planned = 0
        /// From when the latency of each connection's request counts.
        private var startedAts: [Instant]

        init(_ stock: RequestStock, period: Duration?, startedAt: Instant) {
            self.stock = stock
            self.startedAt = startedAt
            total = stock.connections * stock.rounds
            periodNs = period?.wholeNanoseconds
            startedAts = Array(repeating: startedAt, count: stock.connections)
            if period != nil { result.latenciesUs.reserveCapacity(total) }
        }

        var isPaced: Bool { periodNs != nil }
        var isOpen: Bool { answers + result.lost < total }
        private var answers = 0

        /// The connection whose next request is due; each call takes one.
        mutating func nextDue(now: Instant) -> Int? {
            guard planned < total, dueAt(planned) <= now else { return nil }
            defer { planned += 1 }
            return planned % stock.connections
        }

        private func dueAt(_ number: Int) -> Instant {
            guard let periodNs else { return startedAt }
            return Instant(
                nanoseconds: startedAt.nanoseconds
                    + Int64(number) * periodNs / Int64(stock.connections))
        }

        /// The connection's request of this round is sent as it is due, or a little later, since
        /// this thread was busy.
        mutating func noteSent(_ round: Int, of connection: Int) {
            guard isPaced else { return }
            let now = MonotonicClock.now()
            let due = dueAt(round * stock.connections + connection)
            result.delaysUs.append(Int32(clamping: (now - due).wholeNanoseconds / 1000))
            startedAts[connection] = now
        }

        /// The connection's request of this round had to wait for an answer.
        mutating func noteDue(_ round: Int, of connection: Int) {
            guard isPaced else { return }
            startedAts[connection] = dueAt(round * stock.connections + connection)
        }

        mutating func noteAnswered(_ connection: Int, _ status: Int) {
            answers += 1
            result.statuses[status, default: 0] += 1
            guard isPaced else { return }
            let latency = MonotonicClock.now() - startedAts[connection]
            result.latenciesUs.append(Int32(clamping: latency.wholeNanoseconds / 1000))
        }
    }
}
