import Testing
import Values

@testable import AgentCore

/// nginx counts what it accepts and closes at once as handled: the connections that came to no
/// request give it away.
@Suite struct TaskSignsTests {
    private func signs(
        accepts: UInt64, requests: UInt64, closing: Int?, handled: UInt64? = nil
    ) -> TaskSigns {
        var signs = TaskSigns()
        var reading = WitnessReading()
        reading.closing = closing
        let now = Instant(nanoseconds: 1_000_000_000)
        signs.saw(reading, now: now)
        let increase = CounterIncrease(
            accepts: accepts, handled: handled ?? accepts, requests: requests)
        signs.answered(
            busy: 30, dropped: increase.dropped, unserved: increase.unserved, took: .zero, now: now)
        return signs
    }

    @Test func manyAcceptedAndFewServedWhileManyAreClosedAreDrops() {
        #expect(signs(accepts: 90, requests: 4, closing: 40).droppingSince != nil)
        #expect(signs(accepts: 4, requests: 4, closing: 0, handled: 3).droppingSince != nil)
    }

    @Test(arguments: [
        (accepts: UInt64(90), requests: UInt64(50), closing: 40),  // most are served
        (accepts: 9, requests: 2, closing: 40),  // a browser opens some ahead
        (accepts: 90, requests: 4, closing: 0),  // a client that says nothing yet
    ])
    func nothingElseIs(accepts: UInt64, requests: UInt64, closing: Int) {
        #expect(signs(accepts: accepts, requests: requests, closing: closing).droppingSince == nil)
    }

    @Test func unknownIsNotMany() {
        #expect(signs(accepts: 90, requests: 4, closing: nil).droppingSince == nil)
    }

    @Test func aWindowSaysWhatTheKernelSaysOfClosedConnections() {
        var meter = WitnessMeter()
        var reading = WitnessReading()
        reading.closing = 40
        meter.saw(reading)
        #expect(meter.take()?.closing == 40)
    }
}
