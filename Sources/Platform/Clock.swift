import CPlatform
import Values

/// The monotonic clock of this machine; it is read here and passed on as a value.
package enum MonotonicClock {
    package static func now() -> Instant {
        Instant(nanoseconds: read(CLOCK_MONOTONIC))
    }
}

/// The processor time that this process has used, all threads.
package enum ProcessorClock {
    package static func now() -> Duration {
        .nanoseconds(read(CLOCK_PROCESS_CPUTIME_ID))
    }
}

/// The wall clock, for what people and other machines read.
package enum WallClock {
    /// Milliseconds since 1970, UTC.
    package static func nowMs() -> Int64 {
        read(CLOCK_REALTIME) / 1_000_000
    }

    /// Microseconds since 1970, UTC.
    package static func nowUs() -> Int64 {
        read(CLOCK_REALTIME) / 1000
    }
}

private func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    precondition(clock_gettime(clock, &time) == 0, "the clocks of POSIX are always there")
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
