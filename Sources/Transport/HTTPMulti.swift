import CCurl
import Platform
import Values
import Writing

/// Runs several transfers at once on one thread, over a libcurl multi handle.
///
/// `start` transfers, then `wait` and `advance` in turn; a finished transfer's `outcome` is set by
/// `advance`. Transfers of one multi share its kept-alive connections. Not thread-safe, but for
/// `wakeUp`.
package final class HTTPMulti {
    private let multi: UnsafeMutableRawPointer
    private var running: [HTTPTransfer] = []
    /// Whether a transfer that could not begin is not reported yet.
    private var hasFailedStart = false
    private var extras: [curl_waitfd] = []

    /// At most so many kept-alive connections.
    package init(connectionsMax: Int) {
        guard let handle = ccurl_multi() else {
            preconditionFailure("libcurl gives a handle unless memory is gone")
        }
        multi = handle
        let code = ccurl_multi_long(multi, CURLMOPT_MAXCONNECTS, connectionsMax)
        precondition(code == CURLM_OK, "libcurl knows this option")
    }

    deinit {
        for transfer in running { remove(transfer) }
        let code = curl_multi_cleanup(multi)
        precondition(code == CURLM_OK, "the handle is libcurl's, and ended once")
    }

    package var isIdle: Bool { running.isEmpty && !hasFailedStart }

    /// Begins a prepared transfer that is not under way. Where libcurl cannot, for lack of memory,
    /// the transfer has failed by the next `advance`.
    package func start(_ transfer: HTTPTransfer) {
        transfer.begin()
        let code = ccurl_multi_add(multi, transfer.easy)
        precondition(code != CURLM_ADDED_ALREADY, "a transfer is started once at a time")
        if code == CURLM_OK { return running.append(transfer) }
        transfer.fail(.requestInvalid(detail: String(c: curl_multi_strerror(code))))
        hasFailedStart = true
    }

    private func remove(_ transfer: HTTPTransfer) {
        let code = curl_multi_remove_handle(multi, transfer.easy)
        precondition(code == CURLM_OK, "a transfer is taken out by the multi that runs it")
    }

    /// Gives up a transfer that is under way; its connection is closed.
    package func cancel(_ transfer: HTTPTransfer) {
        guard let index = running.firstIndex(where: { $0 === transfer }) else { return }
        remove(transfer)
        running.remove(at: index)
    }

    /// How long a wait lasts that libcurl fails at.
    private static let failedWaitSpan = Duration.milliseconds(10)

    /// Waits until a transfer can go on, one of the others is ready, `wakeUp`, or the time is over.
    package func wait(atMost span: Duration, alongside others: inout [Readiness]) {
        let milliseconds = Int32(clamping: (span.wholeNanoseconds + 999_999) / 1_000_000)
        extras.removeAll(keepingCapacity: true)
        for other in others {
            let events = other.isForWriting ? CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN
            extras.append(curl_waitfd(fd: other.descriptor, events: Int16(events), revents: 0))
        }
        let code = extras.withUnsafeMutableBufferPointer {
            ccurl_multi_wait(multi, $0.baseAddress, UInt32($0.count), max(0, milliseconds))
        }
        // Without memory libcurl does not wait: then this does, but never for long.
        if code != CURLM_OK { ThisProcess.sleep(min(span, Self.failedWaitSpan)) }
        for index in others.indices { others[index].isReady = extras[index].revents != 0 }
    }

    /// Waits until a transfer can go on, `wakeUp`, or the time is over.
    package func wait(atMost span: Duration) {
        var none: [Readiness] = []
        wait(atMost: span, alongside: &none)
    }

    /// Moves every transfer as far as it goes without waiting, and says whether one finished.
    @discardableResult
    package func advance() -> Bool {
        var stillRunning: Int32 = 0
        let code = ccurl_multi_advance(multi, &stillRunning)
        guard code == CURLM_OK else { return failAll(code) }
        var finished = hasFailedStart
        hasFailedStart = false
        var easy: CurlEasyHandle?
        var result = CURLE_OK
        while ccurl_next_done(multi, &easy, &result) == 1 {
            guard let index = running.firstIndex(where: { $0.easy == easy }) else { continue }
            let transfer = running.remove(at: index)
            remove(transfer)
            transfer.finish(result)
            finished = true
        }
        return finished
    }

    /// Ends all that run: what libcurl cannot move on would stay under way for ever.
    private func failAll(_ code: CURLMcode) -> Bool {
        let finished = hasFailedStart || !running.isEmpty
        hasFailedStart = false
        for transfer in running {
            remove(transfer)
            transfer.fail(.requestInvalid(detail: String(c: curl_multi_strerror(code))))
        }
        running.removeAll()
        return finished
    }

    /// Ends another thread's `wait`; the one call that any thread may make.
    package func wakeUp() {
        // Fails only where the pipe is full, and then the other thread is awake already.
        _ = curl_multi_wakeup(multi)
    }
}
