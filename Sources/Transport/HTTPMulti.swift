import CCurl
import Platform
import Values

/// Runs several transfers at once on one thread, over a libcurl multi handle.
///
/// `start` transfers, then `wait` and `advance` in turn; a finished transfer's `outcome` is set by
/// `advance`. Transfers of one multi share its kept-alive connections. Not thread-safe, but for
/// `wakeUp`.
package final class HTTPMulti {
    private let multi: UnsafeMutableRawPointer
    private var running: [HTTPTransfer] = []
    private var extras: [curl_waitfd] = []

    /// At most so many kept-alive connections.
    package init(connectionsMax: Int) {
        guard let handle = curl_multi_init() else {
            preconditionFailure("libcurl gives a handle unless memory is gone")
        }
        multi = handle
        _ = ccurl_multi_long(multi, CURLMOPT_MAXCONNECTS, connectionsMax)
    }

    deinit {
        for transfer in running { curl_multi_remove_handle(multi, transfer.easy) }
        curl_multi_cleanup(multi)
    }

    package var isIdle: Bool { running.isEmpty }

    /// Begins a prepared transfer that is not under way.
    package func start(_ transfer: HTTPTransfer) {
        transfer.begin()
        running.append(transfer)
        let code = curl_multi_add_handle(multi, transfer.easy)
        precondition(code == CURLM_OK, "a transfer is started once at a time")
    }

    /// Gives up a transfer that is under way; its connection is closed.
    package func cancel(_ transfer: HTTPTransfer) {
        guard let index = running.firstIndex(where: { $0 === transfer }) else { return }
        curl_multi_remove_handle(multi, transfer.easy)
        running.remove(at: index)
    }

    /// Waits until a transfer can go on, one of the others is ready, `wakeUp`, or the time is over.
    package func wait(atMost span: Duration, alongside others: inout [Readiness]) {
        let milliseconds = Int32(clamping: (span.wholeNanoseconds + 999_999) / 1_000_000)
        extras.removeAll(keepingCapacity: true)
        for other in others {
            let events = other.isForWriting ? CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN
            extras.append(curl_waitfd(fd: other.descriptor, events: Int16(events), revents: 0))
        }
        extras.withUnsafeMutableBufferPointer {
            _ = curl_multi_poll(multi, $0.baseAddress, UInt32($0.count), max(0, milliseconds), nil)
        }
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
        _ = curl_multi_perform(multi, &stillRunning)
        var finished = false
        var easy: OpaqueEasy?
        var result = CURLE_OK
        while ccurl_next_done(multi, &easy, &result) == 1 {
            guard let index = running.firstIndex(where: { $0.easy == easy }) else { continue }
            let transfer = running.remove(at: index)
            curl_multi_remove_handle(multi, transfer.easy)
            transfer.finish(result)
            finished = true
        }
        return finished
    }

    /// Ends another thread's `wait`; the one call that any thread may make.
    package func wakeUp() {
        curl_multi_wakeup(multi)
    }
}
