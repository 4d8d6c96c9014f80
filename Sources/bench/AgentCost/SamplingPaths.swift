import Foundation
import Glibc
import Platform
import Telemetry
import Transport

/// Why the agent samples over a connection of its own: the same request over that and over libcurl,
/// in turns, each on a kept-alive connection, by processor time of this thread.
struct SamplingPaths {
    private static let rounds = 10
    private static let samplesARound = 20
    private static let pauseMicroseconds: UInt32 = 25_000

    let servers: CostServers

    /// Microseconds of a sample: over TCP by ours, by libcurl and by nothing but send and recv,
    /// over a unix socket by ours.
    func measure() throws -> (ours: Double, libcurl: Double, unix: Double, bare: Double) {
        let transfer = HTTPTransfer()
        try transfer.prepare(HTTPRequest(.get, servers.statusURL))
        var tcp = connection(.ip(host: "127.0.0.1", port: servers.statusPort))
        var unix = connection(.unix(path: servers.folder.path + "/status.sock"))
        let bare = try BareConnection(port: servers.statusPort)
        var turns = (ours: [Double](), libcurl: [Double](), unix: [Double](), bare: [Double]())
        // The first round opens the connections and is not counted.
        for round in 0...Self.rounds {
            let ours = try turn { try Self.sample(&tcp) }
            let libcurl = try turn {
                try transfer.perform()
                _ = try StubStatus(parsing: transfer.body)
            }
            let unix = try turn { try Self.sample(&unix) }
            let bare = try turn { try bare.exchange() }
            guard round > 0 else { continue }
            turns.ours.append(ours)
            turns.libcurl.append(libcurl)
            turns.unix.append(unix)
            turns.bare.append(bare)
        }
        return (
            Self.median(turns.ours), Self.median(turns.libcurl), Self.median(turns.unix),
            Self.median(turns.bare)
        )
    }

    private func connection(_ address: SocketAddress) -> KeptConnection {
        KeptConnection(
            address: address, host: "localhost", target: "/nginx_status",
            bodyBytesMax: StubStatus.pageBytesMax)
    }

    private func turn(_ sample: () throws -> Void) throws -> Double {
        let before = Self.threadNanoseconds()
        for _ in 0..<Self.samplesARound {
            try sample()
            usleep(Self.pauseMicroseconds)
        }
        return Double(Self.threadNanoseconds() - before) / Double(Self.samplesARound) / 1000
    }

    private static func sample(_ connection: inout KeptConnection) throws {
        var poller = Poller()
        var list: [Readiness] = []
        try connection.start()
        while !connection.isIdle {
            list.removeAll(keepingCapacity: true)
            if let readiness = connection.readiness { list.append(readiness) }
            poller.wait(for: &list, atMost: .seconds(1))
            _ = try connection.advance()
        }
        _ = try StubStatus(parsing: connection.body)
    }

    private static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }

    private static func threadNanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// What nobody can go below: a blocking socket, one send and one recv a sample, nothing read of it.
private final class BareConnection {
    private let descriptor: Int32
    private let request = Array("GET /nginx_status HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
    private var answer = [UInt8](repeating: 0, count: 4096)

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafeBytes(of: &address) { bytes in
            connect(
                descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count))
        }
        guard code == 0 else { throw CostError(description: "nginx does not listen on \(port)") }
    }

    deinit { close(descriptor) }

    func exchange() throws {
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) > 0,
            recv(descriptor, &answer, answer.count, 0) > 0
        else { throw CostError(description: "nginx closed the connection") }
    }
}
