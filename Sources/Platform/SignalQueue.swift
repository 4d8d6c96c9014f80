import CPlatform

/// The signals a program waits for, read from a descriptor instead of a handler.
///
/// Made once, first thing in `main`, before any thread: the signals are then blocked in all of
/// them. SIGPIPE is ignored, since the error of a call reports a closed connection.
package struct SignalQueue: ~Copyable {
    /// Readable when a signal is pending; for `poll`.
    package var descriptor: Int32 { owner.number }
    private let owner: Descriptor

    package enum Signal: Sendable {
        /// SIGTERM or SIGINT: stop in good order.
        case terminate
        /// SIGHUP: read files again.
        case reload
    }

    package init() {
        platform_ignore_signal(SIGPIPE)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGHUP)
        precondition(sigprocmask(SIG_BLOCK, &set, nil) == 0, "blocking known signals succeeds")
        let descriptor = signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        precondition(descriptor >= 0, "signalfd needs one free descriptor")
        owner = Descriptor(descriptor)
    }

    /// The next pending signal; `nil` when there is none.
    package func next() -> Signal? {
        var info = signalfd_siginfo()
        let count = platform_read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size)
        guard count == MemoryLayout<signalfd_siginfo>.size else { return nil }
        return info.ssi_signo == UInt32(SIGHUP) ? .reload : .terminate
    }

    /// Waits until a signal comes.
    package func wait() -> Signal {
        while true {
            if let signal = next() { return signal }
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&poller, 1, -1)
        }
    }
}
