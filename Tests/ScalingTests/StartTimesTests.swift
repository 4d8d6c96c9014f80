import Testing

@testable import Scaling

@Suite("Start times")
struct StartTimesTests {
    @Test("From the order to the first report, oldest order first")
    func measured() {
        var starts = StartTimes(timeout: .seconds(300))
        for round in 0..<80 {
            let begin = Double(round * 100)
            starts.desiredChanged(by: 2, running: 2, now: at(begin))
            starts.desiredChanged(by: 1, running: 2, now: at(begin + 5))
            starts.started(2, now: at(begin + 30))
            starts.started(1, now: at(begin + 35))
        }
        #expect(starts.leadSeconds == 30)
    }

    @Test("What is ordered and cancelled is not waited for")
    func cancelled() {
        var starts = StartTimes(timeout: .seconds(300))
        starts.desiredChanged(by: 3, running: 2, now: at(0))
        starts.desiredChanged(by: -3, running: 2, now: at(10))
        starts.started(1, now: at(500))
        #expect(starts.leadSeconds == 60)
    }

    @Test("When nothing of an order comes raises wait, and one is tried each timeout")
    func failing() {
        var starts = StartTimes(timeout: .seconds(300))
        starts.running(4, desired: 4, now: at(0))
        starts.desiredChanged(by: 4, running: 4, now: at(1))
        starts.running(4, desired: 8, now: at(1))
        #expect(!starts.holdsRaise(now: at(300)))
        #expect(starts.holdsRaise(now: at(301)) && starts.holdsRaise(now: at(600)))
        #expect(!starts.holdsRaise(now: at(601)), "one is tried")
        starts.desiredChanged(by: 2, running: 4, now: at(610))
        #expect(starts.holdsRaise(now: at(611)) && starts.holdsRaise(now: at(909)))
        #expect(!starts.holdsRaise(now: at(910)))
        #expect(starts.failingSince(now: at(910)) == at(1))
        starts.running(5, desired: 10, now: at(911))
        #expect(!starts.holdsRaise(now: at(912)) && starts.failingSince(now: at(912)) == nil)
    }

    @Test("A task that went and was not replaced is no order that failed")
    func missingTask() {
        var starts = StartTimes(timeout: .seconds(300))
        starts.running(10, desired: 10, now: at(0))
        for second in 1...2_000 { starts.running(9, desired: 10, now: at(Double(second))) }
        #expect(!starts.holdsRaise(now: at(2_000)))
    }

    @Test("One task that never reports does not make the learnt start time longer")
    func neverReports() {
        var starts = StartTimes(timeout: .seconds(300))
        starts.desiredChanged(by: 1, running: 10, now: at(0))
        for round in 1...80 {
            let begin = Double(round) * 300
            starts.desiredChanged(by: 1, running: 10, now: at(begin))
            starts.started(1, now: at(begin + 40))
        }
        #expect(starts.leadSeconds == 40)
    }
}

@Suite("Time in service")
struct ServiceTimeTests {
    @Test("While tasks are full it keeps what was before, and follows slowly")
    func full() throws {
        var time = ServiceTime()
        for _ in 0..<100 { time.advance(busy: 10, rate: 50, capacity: 10, seconds: 1) }
        for _ in 0..<60 { time.advance(busy: 100, rate: 50, capacity: 10, seconds: 1) }
        let seconds = try #require(time.seconds)
        #expect(seconds > 0.2 && seconds < 0.25)
        time.advance(busy: 5, rate: 50, capacity: 10, seconds: 300)
        #expect(try #require(time.seconds) < 0.11)
    }

    @Test(
        "Full tasks that let go of half as many serve each for twice as long; a queue alone does not"
    )
    func slower() throws {
        func after(_ arriving: Double, _ leaving: Double) throws -> Double {
            var time = ServiceTime()
            for _ in 0..<100 { time.advance(busy: 10, rate: 50, capacity: 10, seconds: 1) }
            for second in 0..<90 {
                let busy = 11 + Double(second) * (arriving - leaving)
                time.advance(busy: busy, rate: arriving, capacity: 10, seconds: 1)
            }
            return try #require(time.seconds)
        }
        #expect(abs(try after(50, 25) - 0.4) < 0.03)
        // Twice as many arrive and as many leave as before.
        #expect(try after(100, 50) < 0.205)
    }

    @Test("When for some seconds hardly a request leaves, service is not thought endless")
    func stalls() throws {
        var time = ServiceTime()
        for _ in 0..<100 { time.advance(busy: 10, rate: 50, capacity: 10, seconds: 1) }
        for second in 0..<10 {
            time.advance(busy: 11 + Double(second) * 120, rate: 50, capacity: 10, seconds: 1)
        }
        #expect(try #require(time.seconds) < 0.3)
    }

    @Test("Without requests it is unknown, not zero")
    func unknown() {
        var time = ServiceTime()
        time.advance(busy: 0, rate: 0, capacity: 10, seconds: 1)
        #expect(time.seconds == nil)
    }
}
