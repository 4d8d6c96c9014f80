import CLoad
import Foundation
import Platform
import Synchronization

/// Answers every name with 127.0.0.1 (RFC 1035), late, not always, or not at all.
final class NameServer: Sendable {
    enum Fault: Sendable {
        case none
        case away
        /// After so many milliseconds, and every second pair of questions, for IPv4 and IPv6, gets
        /// lost.
        case slow(Int)
    }

    private let descriptor: Int32
    private let fault = Lock(Fault.none)
    private let isOver = Atomic(false)
    private let hasEnded = Semaphore()
    /// On the port that resolvers ask, so at an address of its own.
    let address = "127.53.\(UInt8.random(in: 1...254)).\(UInt8.random(in: 1...254))"

    init() throws {
        descriptor = load_bind_names(address)
        guard descriptor >= 0 else {
            throw MeasurementError.systemCall("bind to port 53", code: load_errno())
        }
        WorkerThread.detached(name: "names") { [self] in
            run()
            hasEnded.signal()
        }
    }

    deinit { stop() }

    func setFault(_ fault: Fault) { self.fault.withLock { $0 = fault } }

    func stop() {
        guard !isOver.exchange(true, ordering: .relaxed) else { return }
        hasEnded.wait()
    }

    /// Runs the command that follows with this as its only resolver.
    func wrapper(in folder: URL) throws -> [String] {
        let file = folder.appending(path: "resolv.conf")
        try "nameserver \(address)\n".write(to: file, atomically: true, encoding: .utf8)
        let script = #"mount --bind "$0" /etc/resolv.conf && exec "$@""#
        return ["unshare", "-m", "sh", "-c", script, file.path]
    }

    private func run() {
        var question = [UInt8](repeating: 0, count: 512)
        var number = 0
        while !isOver.load(ordering: .relaxed) {
            var asker = sockaddr_storage()
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, 50) > 0 else { continue }
            let count = load_receive(descriptor, &question, question.count, &asker)
            guard count > 12 else { continue }
            number += 1
            switch fault.withLock({ $0 }) {
            case .none: break
            case .away: continue
            case .slow(let milliseconds):
                if (number - 1) / 2 % 2 == 0 { continue }
                usleep(UInt32(milliseconds) * 1000)
            }
            let answer = Self.answer(question[..<count])
            _ = load_answer(descriptor, answer, answer.count, &asker)
        }
        CLoad.close(descriptor)
    }

    /// The question, and for a type A the address.
    private static func answer(_ question: ArraySlice<UInt8>) -> [UInt8] {
        guard let end = question[12...].firstIndex(of: 0), end + 4 < question.endIndex else {
            return []
        }
        let isA = question[end + 2] == 1
        // A response, recursion available; one question; one answer or none.
        var bytes = Array(question[..<2]) + [0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]
        bytes += question[12...(end + 4)]
        // The name at byte 12, type A, class IN, for a second, four bytes.
        if isA { bytes += [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1] }
        return bytes
    }
}
