import Platform
import TestSupport
import Testing

@testable import FargateLocal

@Suite struct BackendServerTests {
    /// Spans of so many requests sent at once.
    private func spans(_ count: Int, to port: UInt16) async -> [Duration] {
        await withTaskGroup(of: Duration.self) { group in
            for _ in 0..<count {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        WorkerThread.detached(name: "requester") {
                            let clock = ContinuousClock()
                            let span = clock.measure {
                                let answer = LoopbackClient.get(
                                    port: port, path: "/", timeoutMs: 5000)
                                #expect(answer?.body == "served\n")
                            }
                            continuation.resume(returning: span)
                        }
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted()
        }
    }

    @Test func servesManyAtOnceAndQueuesTheRest() async throws {
        let server = try BackendServer(
            address: "127.0.0.1", port: 0, serviceTime: .seconds(1), concurrency: 3)
        defer { server.stop() }
        let begin = ContinuousClock.now
        let spans = await spans(6, to: server.port)
        let total = begin.duration(to: .now)
        #expect(spans.allSatisfy { $0 >= .milliseconds(999) })
        // Three at once, then three more; one by one would take 6 s.
        #expect(total >= .milliseconds(1999))
        #expect(total < .seconds(5))
        let served = LoopbackClient.get(port: server.port, path: "/_local/served")
        #expect(served?.body == "6\n")
    }
}
