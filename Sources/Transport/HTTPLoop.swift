#if !hasFeature(Embedded)
import Platform
import Synchronization

/// The client's thread: takes jobs from a queue, runs them over one `HTTPMulti`, completes them.
///
///     add ──► queue ──► running ──► completion
///                 └─ refused, cancelled or stopped ──┘
final class HTTPLoop: Sendable {
    private struct Queue {
        var waiting: [HTTPJob] = []
        var isStopped = false
        /// Signalled when the thread is done; after that, `isEnded`.
        var endListeners: [@Sendable () -> Void] = []
        var isEnded = false
    }

    private struct Running {
        let job: HTTPJob
        let transfer: HTTPTransfer
    }

    private let limits: HTTPClient.Limits
    private let queue = Lock(Queue())
    // Safe: only `run`'s thread uses it, but for `wakeUp`, which libcurl allows to any thread; and
    // it is freed with this object, which `run` and every caller of `wakeUp` hold.
    nonisolated(unsafe) private let multi: HTTPMulti

    /// How long the thread sleeps when nothing wakes it.
    private static let idleSpan = Duration.seconds(60)

    init(limits: HTTPClient.Limits) {
        precondition(limits.parallelMax > 0 && limits.waitingMax > 0, "a client sends something")
        self.limits = limits
        multi = HTTPMulti(connectionsMax: limits.parallelMax)
    }

    func wakeUp() { multi.wakeUp() }

    func add(_ job: HTTPJob) {
        let refusal: TransportError? = queue.withLock { queue in
            if queue.isStopped { return .cancelled }
            if queue.waiting.count >= limits.waitingMax {
                return .tooManyWaiting(waitingMax: limits.waitingMax)
            }
            queue.waiting.append(job)
            return nil
        }
        if let refusal { job.completion(.failure(refusal)) } else { wakeUp() }
    }

    func stop(ended: (@Sendable () -> Void)?) {
        let isEnded = queue.withLock { queue in
            queue.isStopped = true
            if !queue.isEnded, let ended { queue.endListeners.append(ended) }
            return queue.isEnded
        }
        if isEnded { ended?() } else { wakeUp() }
    }

    /// Works until stopped; called once, on a thread of its own.
    func run() {
        var running: [Running] = []
        var spare: [HTTPTransfer] = []
        while !queue.withLock({ $0.isStopped }) {
            dropCancelled(&running)
            while running.count < limits.parallelMax, let job = nextJob() {
                if let transfer = start(job, spare.popLast() ?? HTTPTransfer()) {
                    running.append(Running(job: job, transfer: transfer))
                }
            }
            if multi.advance() {
                complete(&running, &spare)
            } else {
                multi.wait(atMost: Self.idleSpan)
            }
        }
        for one in running {
            multi.cancel(one.transfer)
            one.job.completion(.failure(.cancelled))
        }
        end()
    }

    private func nextJob() -> HTTPJob? {
        queue.withLock { queue in queue.waiting.isEmpty ? nil : queue.waiting.removeFirst() }
    }

    /// Gives the transfer when it is under way; else the job is completed already.
    private func start(_ job: HTTPJob, _ transfer: HTTPTransfer) -> HTTPTransfer? {
        do throws(TransportError) {
            guard !job.cancellation.isCancelled.load(ordering: .acquiring) else { throw .cancelled }
            try transfer.prepare(job.request)
            multi.start(transfer)
            return transfer
        } catch {
            job.completion(.failure(error))
            return nil
        }
    }

    private func complete(_ running: inout [Running], _ spare: inout [HTTPTransfer]) {
        running.removeAll { one in
            guard let outcome = one.transfer.outcome else { return false }
            one.job.completion(
                outcome.map { HTTPResponse(one.transfer, status: $0) })
            spare.append(one.transfer)
            return true
        }
    }

    private func dropCancelled(_ running: inout [Running]) {
        running.removeAll { one in
            guard one.job.cancellation.isCancelled.load(ordering: .acquiring) else { return false }
            multi.cancel(one.transfer)
            one.job.completion(.failure(.cancelled))
            return true
        }
        let cancelled = queue.withLock { queue in
            var cancelled: [HTTPJob] = []
            queue.waiting.removeAll { job in
                // Asked once: another thread may cancel meanwhile.
                guard job.cancellation.isCancelled.load(ordering: .acquiring) else { return false }
                cancelled.append(job)
                return true
            }
            return cancelled
        }
        for job in cancelled { job.completion(.failure(.cancelled)) }
    }

    private func end() {
        let (waiting, listeners) = queue.withLock { queue in
            queue.isEnded = true
            let taken = (queue.waiting, queue.endListeners)
            queue.waiting = []
            queue.endListeners = []
            return taken
        }
        for job in waiting { job.completion(.failure(.cancelled)) }
        for listener in listeners { listener() }
    }
}
#endif
