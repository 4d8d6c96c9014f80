#if !hasFeature(Embedded)
import Platform
import Synchronization

/// Sends requests in parallel over kept-alive connections, from any thread and without blocking it.
///
/// One thread of its own runs all transfers (`HTTPLoop`). A request beyond `parallelMax` waits its
/// turn, one beyond `waitingMax` is refused at once. The connections stay warm for libcurl's 118 s
/// of idleness, or as long as the peer keeps them.
package final class HTTPClient: Sendable {
    package struct Limits: Equatable, Sendable {
        /// Requests under way at once, and connections kept.
        package var parallelMax = 8
        /// Requests that wait for their turn.
        package var waitingMax = 256

        package init() {}
    }

    private let loop: HTTPLoop

    package init(limits: Limits = Limits()) {
        let loop = HTTPLoop(limits: limits)
        self.loop = loop
        WorkerThread.detached(name: "http-client") { loop.run() }
    }

    deinit {
        loop.stop(ended: nil)
    }

    /// Sends a request and gives the whole answer, whatever its status.
    ///
    /// A cancelled task's request is given up, and its connection with it.
    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let cancellation = HTTPCancellation()
        let result: Result<HTTPResponse, TransportError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enqueue(request, cancellation) { continuation.resume(returning: $0) }
            }
        } onCancel: {
            cancellation.isCancelled.store(true, ordering: .releasing)
            loop.wakeUp()
        }
        return try result.get()
    }

    /// Sends a request from any thread without blocking it.
    ///
    /// `completion` is called once, on the client's thread (or here, when the request is refused at
    /// once): it must return soon.
    package func enqueue(
        _ request: HTTPRequest,
        completion: @escaping @Sendable (Result<HTTPResponse, TransportError>) -> Void
    ) {
        enqueue(request, HTTPCancellation(), completion)
    }

    /// Gives up what is under way or waits, refuses what comes, and returns when the thread is
    /// done.
    package func close() async {
        await withCheckedContinuation { continuation in
            loop.stop { continuation.resume() }
        }
    }

    private func enqueue(
        _ request: HTTPRequest, _ cancellation: HTTPCancellation,
        _ completion: @escaping HTTPJob.Completion
    ) {
        loop.add(HTTPJob(request: request, cancellation: cancellation, completion: completion))
    }
}

/// A request on its way through the client.
struct HTTPJob: Sendable {
    typealias Completion = @Sendable (Result<HTTPResponse, TransportError>) -> Void

    let request: HTTPRequest
    let cancellation: HTTPCancellation
    let completion: Completion
}

/// Says that nobody waits for a request any more; may be said before it is enqueued.
final class HTTPCancellation: Sendable {
    let isCancelled = Atomic(false)
}
#endif
