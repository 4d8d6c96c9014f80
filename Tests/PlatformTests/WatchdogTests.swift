import Glibc
import Testing
import Values

@testable import Platform

/// Serial: a process has one alarm.
@Suite(.serialized) struct WatchdogTests {
    /// Seconds until the alarm; 0 without one. The alarm is off afterwards.
    private func takeAlarm() -> UInt32 { alarm(0) }

    @Test func armsTheAlarmOnceASecondWhileTheLoopTurns() {
        var watchdog = Watchdog(.seconds(3600), exitCode: 70)
        let start = Instant(nanoseconds: 0)
        watchdog.feed(start)
        #expect((3590...3600).contains(takeAlarm()))
        watchdog.feed(start + .milliseconds(999))
        #expect(takeAlarm() == 0)
        watchdog.feed(start + .seconds(1))
        #expect((3590...3600).contains(takeAlarm()))
    }
}
