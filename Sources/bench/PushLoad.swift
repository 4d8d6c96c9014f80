import CEpoll
import Glibc
import Platform

/// A load generator for pushes: many kept-alive connections on one thread, over epoll.
///
/// Either as fast as the server answers, or each connection once a period, spread evenly.
final class PushLoad {
    /// What came back.
    struct Result {
        var answers = 0
        /// Answers other than 2xx, and connections that broke.
        var failures = 0
        /// When a request was due while the one before was still under way.
        var late = 0
        /// Ascending, in milliseconds.
        var latenciesMs: [Double] = []
        var seconds = 0.0

        func percentile(_ share: Double) -> Double {
            guard !latenciesMs.isEmpty else { return .nan }
            return latenciesMs[min(latenciesMs.count - 1, Int(Double(latenciesMs.count) * share))]
        }
    }

    private let poller: Int32
    private var connections: [PushConnection] = []
    /// The whole next request of a connection.
    private let request: (Int) -> [UInt8]
    private var result = Result()
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 8)

    init(request: @escaping (Int) -> [UInt8]) {
        self.request = request
        poller = epoll_create1(0)
    }

    deinit {
        for connection in connections { connection.close() }
        close(poller)
        buffer.deallocate()
    }

    func connect(_ count: Int, port: UInt16) throws {
        for index in 0..<count {
            guard let connection = PushConnection(port: port) else {
                throw BenchError(
                    "connection \(index) of \(count): \(String(cString: strerror(errno)))")
            }
            connections.append(connection)
            var event = epoll_event()
            event.events = EPOLLIN.rawValue
            event.data.u32 = UInt32(index)
            epoll_ctl(poller, EPOLL_CTL_ADD, connection.descriptor, &event)
        }
    }

    /// Each connection sends again as soon as it is answered, for so long; then answers under way
    /// are waited for.
    func saturate(seconds: Double) -> Result {
        result = Result()
        let begin = Self.now()
        let end = begin + Int64(seconds * 1e9)
        var open = connections.count
        for index in connections.indices { send(index) }
        while open > 0 {
            let isOver = Self.now() >= end
            let answered = receive(timeoutMs: 1000)
            if answered.isEmpty && isOver { break }
            for index in answered {
                if Self.now() < end { send(index) } else { open -= 1 }
            }
        }
        return finished(since: begin)
    }

    /// Each connection sends once a second, for so many seconds.
    func pace(seconds: Int, ramp: Bool = true) -> Result {
        result = Result()
        let begin = Self.now()
        let count = Int64(connections.count)
        let total = count * Int64(seconds)
        var next: Int64 = 0
        while next < total {
            let now = Self.now()
            while next < total, begin + next * 1_000_000_000 / count <= now {
                let index = Int(next % count)
                if connections[index].sentAt == 0 { send(index) } else { result.late += 1 }
                next += 1
            }
            _ = receive(timeoutMs: 1)
        }
        let end = Self.now() + 2_000_000_000
        while connections.contains(where: { $0.sentAt != 0 }), Self.now() < end {
            _ = receive(timeoutMs: 10)
        }
        return finished(since: begin)
    }

    private func finished(since begin: Int64) -> Result {
        result.seconds = Double(Self.now() - begin) / 1e9
        result.failures += connections.count { $0.sentAt != 0 }
        result.latenciesMs.sort()
        return result
    }

    private func send(_ index: Int) {
        let bytes = request(index)
        if !connections[index].send(bytes, now: Self.now()) {
            result.failures += 1
            connections[index].sentAt = 0
        }
    }

    /// The connections that were answered.
    private func receive(timeoutMs: Int32) -> [Int] {
        var events = [epoll_event](repeating: epoll_event(), count: 512)
        let count = epoll_wait(poller, &events, Int32(events.count), timeoutMs)
        guard count > 0 else { return [] }
        var answered: [Int] = []
        for event in events[..<Int(count)] {
            let index = Int(event.data.u32)
            let sentAt = connections[index].sentAt
            switch connections[index].receive(buffer) {
            case .waiting: continue
            case .answered(let status):
                result.answers += 1
                if !(200..<300).contains(status) { result.failures += 1 }
                result.latenciesMs.append(Double(Self.now() - sentAt) / 1e6)
                answered.append(index)
            case .broken:
                result.failures += 1
                connections[index].sentAt = 0
                epoll_ctl(poller, EPOLL_CTL_DEL, connections[index].descriptor, nil)
            }
        }
        return answered
    }

    private static func now() -> Int64 {
        MonotonicClock.now().nanoseconds
    }
}
