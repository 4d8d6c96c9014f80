import CFargateLocal
import HTTPServer
import Platform
import Values

/// A web application that is nothing but time: `concurrency` requests are in service at once, each
/// for
/// `serviceTime`, and the CPU is busy with each for `cpuTime`; more wait their turn in order. `GET
/// /_local/served` says at once how many were.
package final class BackendServer: Sendable {
    package let port: UInt16
    private let server: HTTPServer
    private let desk: BackendDesk
    private let thread: WorkerThread

    package static let servedPath: StaticString = "/_local/served"

    package init(
        address: String, port: UInt16, serviceTime: Duration, concurrency: Int,
        cpuTime: Duration = .zero
    ) throws(HTTPServerError) {
        let desk = BackendDesk(
            serviceTime: serviceTime, concurrency: concurrency, cpuTime: cpuTime)
        var options = HTTPServerOptions(address: address, port: port)
        options.limits.connectionMemoryBytes = 8 * 1024
        server = try HTTPServer(options) { request in
            if request.isPath(Self.servedPath) {
                return .response(HTTPResponse(status: 200, text: "\(desk.servedCount)"))
            }
            desk.accept(request.deferResponse())
            return .later
        }
        self.port = server.port
        self.desk = desk
        thread = WorkerThread(name: "backend") { desk.serve() }
    }

    package var connectionCount: Int { server.connectionCount }

    /// Ends requests in service within the server's drain time.
    package func stop() {
        server.stop()
        desk.stop()
        thread.join()
    }
}

/// The queue and the places in service; answers come from one thread that sleeps until the next is
/// due.
private final class BackendDesk: Sendable {
    fileprivate struct State {
        /// In order of their ends, since all take the same time.
        var inService: [(end: Instant, response: DeferredResponse)] = []
        var queue: [DeferredResponse] = []
        var servedCount = 0
        var isStopped = false
    }

    private let state = Lock(State())
    private let bell = Doorbell()
    private let serviceTime: Duration
    private let concurrency: Int
    private let cpuTime: Duration
    private static let answer = Array("served\n".utf8)

    init(serviceTime: Duration, concurrency: Int, cpuTime: Duration) {
        self.serviceTime = serviceTime
        self.concurrency = concurrency
        self.cpuTime = cpuTime
    }

    var servedCount: Int { state.withLock { $0.servedCount } }

    func accept(_ response: DeferredResponse) {
        let now = MonotonicClock.now()
        let isServed = state.withLock { state in
            guard state.inService.count < concurrency else {
                state.queue.append(response)
                return false
            }
            state.inService.append((now + serviceTime, response))
            return state.inService.count == 1
        }
        if isServed { bell.ring() }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        bell.ring()
    }

    func serve() {
        while true {
            let now = MonotonicClock.now()
            let (due, next, isStopped) = state.withLock { state in
                let due = state.takeDue(
                    now: now, serviceTime: serviceTime, concurrency: concurrency)
                return (due, state.inService.first?.end, state.isStopped)
            }
            if isStopped { return }
            for response in due {
                if cpuTime > .zero { fargate_burn(UInt64(cpuTime / .nanoseconds(1))) }
                response.answer(
                    HTTPResponse(status: 200, contentType: "text/plain", body: Self.answer))
            }
            guard let next else {
                bell.wait(milliseconds: -1)
                continue
            }
            let span = next - MonotonicClock.now()
            // Rounded up: early would be a second round for nothing.
            bell.wait(milliseconds: Int32(max(0, (span + .microseconds(999)).wholeMilliseconds)))
        }
    }
}

extension BackendDesk.State {
    /// Takes what has been served and lets as many begin as there are places.
    fileprivate mutating func takeDue(
        now: Instant, serviceTime: Duration, concurrency: Int
    ) -> [DeferredResponse] {
        let count = inService.prefix { $0.end <= now }.count
        let due = inService.prefix(count).map(\.response)
        inService.removeFirst(count)
        servedCount += count
        let free = min(concurrency - inService.count, queue.count)
        for response in queue.prefix(free) { inService.append((now + serviceTime, response)) }
        queue.removeFirst(free)
        return due
    }
}
