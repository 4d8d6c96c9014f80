import Glibc
import Platform
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import AWS
@testable import Transport

/// How long a decision takes to the socket: nothing but our own code lies between.
@Suite struct LatencyTests {
    @Test func sendsWithinAMillisecondOverAWarmConnection() async throws {
        let server = try ReceiptServer()
        let ecs = ECSClient(try client(["AWS_ENDPOINT_URL": "http://127.0.0.1:\(server.port)"]))
        var spans: [Duration] = []
        // The rate allows 25 at once, and the first opens the connection.
        for count in 0..<25 {
            let decided = MonotonicClock.now()
            let task = Task {
                try await ecs.updateService(cluster: "demo", service: "web", desiredCount: count)
            }
            _ = try await task.value
            let received = try #require(server.receipts.withLock { $0.last })
            if count > 0 { spans.append(received - decided) }
        }
        #expect(server.receipts.withLock { $0.count } == 25)
        spans.sort()
        // The machine is shared: what is ours shows in the faster half.
        print("from decision to socket: fastest \(spans[0]), median \(spans[12])")
        #expect(spans[6] < .milliseconds(1))
    }
}

/// Answers each request on one connection as ECS would, and notes when its first bytes came.
private final class ReceiptServer: Sendable {
    let port: Int
    let receipts = Mutex<[Instant]>([])
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        port = try LocalPort.free()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0, listen(descriptor, 8) == 0 else { throw TestFailure("no listener") }
        let receipts = Receipts(self)
        DetachedThread.start(name: "receipts") { receipts.serve(descriptor) }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    /// Apart from the server, so that the thread does not keep it.
    private struct Receipts: Sendable {
        weak let server: ReceiptServer?

        init(_ server: ReceiptServer) {
            self.server = server
        }

        func serve(_ listener: Int32) {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            defer { close(connection) }
            let service = """
                {"service":{"serviceArn":"a","serviceName":"web","clusterArn":"c","status":"ACTIVE",\
                "desiredCount":2,"runningCount":2,"pendingCount":0,"deployments":[]}}
                """
            let answer = Array(
                "HTTP/1.1 200 OK\r\nContent-Length: \(service.utf8.count)\r\n\r\n\(service)".utf8)
            var buffer = [UInt8](repeating: 0, count: 65_536)
            // A request of this size comes in one piece over loopback.
            while recv(connection, &buffer, buffer.count, 0) > 0 {
                let now = MonotonicClock.now()
                server?.receipts.withLock { $0.append(now) }
                guard send(connection, answer, answer.count, Int32(MSG_NOSIGNAL)) > 0
                else { return }
            }
        }
    }
}
