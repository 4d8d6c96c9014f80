import Telemetry
import TestSupport
import Testing
import Transport
import Values

@testable import AgentCore

/// A task's nginx in manual time: what it does, and what the kernel would show of it.
private struct Scene {
    var signs = TaskSigns()
    var tracker: ConditionTracker
    var now = Instant(nanoseconds: 1_000_000_000)
    private(set) var history: [TaskCondition] = []

    init() {
        tracker = ConditionTracker(sampleInterval: .milliseconds(66), now: now)
    }

    var condition: TaskCondition { tracker.condition }

    mutating func decide() {
        if tracker.advance(signs, now: now) != nil { history.append(condition) }
    }

    mutating func pass(_ span: Duration) {
        now = now + span
    }

    mutating func answers(busy: Int = 1, took: Duration = .microseconds(300), dropped: UInt64 = 0) {
        signs.asked(now: now)
        signs.answered(busy: busy, dropped: dropped, took: took, now: now)
        decide()
    }

    mutating func fails(_ failure: ConnectionFailure) {
        signs.asked(now: now)
        signs.failed(failure, now: now)
        decide()
    }

    mutating func shows(queue: Int = 0, unread: Int = 0, overflows: UInt64 = 0) {
        var reading = WitnessReading()
        reading.acceptQueue = queue
        reading.acceptQueueLimit = 511
        reading.unread = unread
        reading.established = max(queue, unread)
        reading.listenOverflows = overflows
        signs.saw(reading, now: now)
        decide()
    }

    mutating func uses(cpu: Double?, throttled: Double? = nil) {
        signs.used(
            WindowUsage(
                taskCPU: cpu, taskMemory: nil, backendCPU: nil, backendMemory: nil,
                throttled: throttled), now: now)
    }

    /// A second of ordinary service at so many requests a second.
    mutating func serves(rate: Double, seconds: Int = 1) {
        for _ in 0..<seconds * 10 {
            pass(.milliseconds(100))
            answers()
            shows()
        }
        signs.served(requestsPerSecond: rate)
    }

    /// Silence in steps of 100 ms; `waiting` gives what waits after so many seconds of it.
    mutating func isSilent(seconds: Double, waiting: (Double) -> Int) {
        signs.asked(now: now)
        for step in 1...Int(seconds * 10) {
            pass(.milliseconds(100))
            let count = waiting(Double(step) / 10)
            shows(queue: count / 2, unread: count)
        }
    }
}

@Suite struct ConditionTrackerTests {
    @Test func servesFromTheFirstAnswerOn() {
        var scene = Scene()
        scene.decide()
        #expect(scene.condition == .unknown)
        scene.answers()
        #expect(scene.condition == .serving)
    }

    @Test func aSurgeThatSilencesNginxSaturatesIt() {
        var scene = Scene()
        scene.serves(rate: 20, seconds: 3)
        scene.isSilent(seconds: 0.5) { _ in 80 }
        #expect(scene.condition == .saturated)
    }

    @Test(arguments: [1, 8, 20])
    func aStoppedNginxUnderLightLoadIsUnknown(seconds: Int) {
        var scene = Scene()
        scene.serves(rate: 20, seconds: 3)
        scene.isSilent(seconds: Double(seconds)) { Int(20 * $0) }
        #expect(scene.condition == .unknown)
        scene.answers(took: .seconds(seconds))
        scene.shows(unread: 20 * seconds)
        #expect(scene.condition == .serving)
        scene.pass(.milliseconds(66))
        scene.answers(busy: 3)
        scene.shows()
        scene.serves(rate: 20, seconds: 2)
        #expect(!scene.history.contains(.saturated))
    }

    @Test func aSilentNginxOutOfCPUIsSaturated() {
        var scene = Scene()
        scene.serves(rate: 200, seconds: 3)
        scene.uses(cpu: 99.7)
        scene.isSilent(seconds: 0.5) { _ in 30 }
        #expect(scene.condition == .saturated)
        #expect(scene.tracker.sign == .outOfCPU(waiting: 30))
    }

    @Test func throttlingIsAFullCPUToo() {
        var scene = Scene()
        scene.serves(rate: 200, seconds: 3)
        scene.uses(cpu: nil, throttled: 90)
        scene.isSilent(seconds: 0.5) { _ in 30 }
        #expect(scene.condition == .saturated)
    }

    @Test func aFullCPUWithoutAnybodyWaitingIsNoLoad() {
        var scene = Scene()
        scene.serves(rate: 2)
        scene.uses(cpu: 100)
        scene.isSilent(seconds: 0.9) { _ in 1 }
        #expect(scene.condition == .unknown)
    }

    @Test func oldStatisticsProveNothing() {
        var scene = Scene()
        scene.serves(rate: 200)
        scene.uses(cpu: 100)
        scene.serves(rate: 200, seconds: 4)
        scene.isSilent(seconds: 0.9) { _ in 30 }
        #expect(scene.condition == .unknown)
    }

    @Test func oneThatTakesConnectionsInButDoesNotAnswerIsSaturated() {
        var scene = Scene()
        scene.serves(rate: 1000, seconds: 2)
        scene.isSilent(seconds: 0.5) { Int(100 * $0) }
        #expect(scene.condition == .unknown)
        scene.pass(.milliseconds(100))
        scene.shows(queue: 10, unread: 60)
        #expect(scene.condition == .saturated)
    }

    @Test func falselyLowBusyIsSaturated() {
        var scene = Scene()
        scene.serves(rate: 20)
        for _ in 0..<6 {
            scene.pass(.milliseconds(150))
            scene.answers(busy: 0, took: .milliseconds(150))
            scene.shows(unread: 49)
        }
        #expect(scene.condition == .saturated)
        #expect(scene.tracker.sign == .answersLate(waiting: 49))
    }

    @Test func manyUnreadRequestsBeforeAPromptNginxAreOrdinary() {
        var scene = Scene()
        for _ in 0..<50 {
            scene.pass(.milliseconds(100))
            scene.answers(busy: 0)
            scene.shows(unread: 49)
        }
        #expect(scene.history == [.serving])
    }

    @Test func droppingWhatWasAcceptedIsSaturated() {
        var scene = Scene()
        scene.serves(rate: 20)
        scene.pass(.milliseconds(66))
        scene.answers(busy: 30, dropped: 100)
        #expect(scene.condition == .serving, "a single moment")
        scene.pass(.milliseconds(132))
        scene.answers(busy: 30, dropped: 90)
        #expect(scene.condition == .saturated)
        scene.serves(rate: 20, seconds: 4)
        #expect(scene.condition == .serving)
    }

    @Test func anOverflowingAcceptQueueIsSaturated() {
        var scene = Scene()
        scene.serves(rate: 20)
        for step in 1...6 {
            scene.pass(.milliseconds(100))
            scene.answers()
            scene.shows(queue: 5, overflows: UInt64(step))
        }
        #expect(scene.condition == .saturated)
    }

    @Test func refusedIsDownAtOnceAndBackAtOnce() {
        var scene = Scene()
        scene.serves(rate: 20)
        for _ in 0..<5 {
            scene.pass(.milliseconds(100))
            scene.fails(.refused)
        }
        #expect(scene.condition == .down)
        scene.answers()
        #expect(scene.condition == .serving)
    }

    @Test func silentWithEmptyQueuesIsDownAfterASecond() {
        var scene = Scene()
        scene.serves(rate: 0)
        scene.isSilent(seconds: 0.8) { _ in 0 }
        #expect(scene.condition == .unknown)
        scene.isSilent(seconds: 0.4) { _ in 0 }
        #expect(scene.condition == .down)
    }

    @Test func withoutWitnessesSilenceIsUnknown() {
        var scene = Scene()
        for _ in 0..<10 {
            scene.pass(.milliseconds(100))
            scene.answers()
        }
        scene.signs.asked(now: scene.now)
        for _ in 0..<100 {
            scene.pass(.milliseconds(100))
            scene.decide()
        }
        #expect(scene.history == [.serving, .unknown])
    }

    @Test func everyOtherSampleFailsAndItServes() {
        var scene = Scene()
        for _ in 0..<150 {
            scene.pass(.milliseconds(66))
            scene.answers()
            scene.pass(.milliseconds(66))
            scene.fails(.wrongAnswer)
        }
        #expect(scene.history == [.serving])
    }

    @Test func staysSaturatedWhileTheCrowdWaits() {
        var scene = Scene()
        scene.serves(rate: 20)
        scene.isSilent(seconds: 30) { _ in 100 }
        #expect(scene.history.last == .saturated)
        #expect(scene.history.count <= 3)
        scene.isSilent(seconds: 3) { _ in 0 }
        #expect(scene.condition == .down)
    }

    @Test func theAgentsOwnSleepIsNoSilence() {
        var scene = Scene()
        scene.serves(rate: 20)
        scene.signs.asked(now: scene.now)
        for _ in 0..<10 {
            scene.pass(.seconds(2))
            scene.signs.overslept(.seconds(2))
            scene.shows(unread: 40)
        }
        #expect(scene.history == [.serving])
    }
}

/// Whatever happens, in any order.
@Suite struct ConditionPropertyTests {
    @Test func withoutASignOfLoadNothingIsEverSaturated() {
        let seed = UInt64.random(in: 1 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            var scene = Scene()
            let rate = Double.random(in: 0...50, using: &random)
            scene.serves(rate: rate, seconds: 3)
            for _ in 0..<30 {
                let span = Double.random(in: 0.1...6, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: scene.isSilent(seconds: span) { min(Int(rate * $0), 500) }
                case 1:
                    for _ in 0..<Int(span * 10) {
                        scene.pass(.milliseconds(100))
                        scene.fails(random.next() % 2 == 0 ? .refused : .reset)
                        scene.shows()
                    }
                case 2:
                    scene.pass(.seconds(3))
                    scene.signs.overslept(.seconds(3))
                    scene.answers(took: .seconds(3))
                case 3: scene.fails(.wrongAnswer)
                default: break
                }
                // It goes on, and what waited is read within a moment.
                scene.answers(took: .milliseconds(Int64(span * 1000)))
                scene.shows(queue: 0, unread: Int(rate * span))
                scene.pass(.milliseconds(66))
                scene.answers()
                scene.shows()
                scene.serves(rate: rate, seconds: 1)
            }
            #expect(!scene.history.contains(.saturated), "seed \(seed), rate \(rate)")
        }
    }

    @Test func itEndsInServingAndNeverFlaps() {
        let seed = UInt64.random(in: 1 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            var scene = Scene()
            var saturatedAt: Instant?
            for _ in 0..<200 {
                scene.pass(.milliseconds(Int64.random(in: 1...300, using: &random)))
                let before = scene.condition
                switch Int.random(in: 0..<6, using: &random) {
                case 0: scene.answers(busy: Int.random(in: 0...9, using: &random))
                case 1: scene.answers(took: .seconds(1), dropped: random.next() % 3)
                case 2:
                    scene.fails([.refused, .timedOut, .cutShort].randomElement(using: &random)!)
                case 3: scene.uses(cpu: Double.random(in: 0...110, using: &random))
                default:
                    scene.shows(
                        queue: Int.random(in: 0...99, using: &random),
                        unread: Int.random(in: 0...99, using: &random),
                        overflows: random.next() % 9)
                }
                if before != .saturated && scene.condition == .saturated { saturatedAt = scene.now }
                if before == .saturated && scene.condition != .saturated {
                    let held = saturatedAt.map { scene.now - $0 } ?? .zero
                    #expect(held >= ConditionLimits.hysteresis, "seed \(seed)")
                }
            }
            scene.serves(rate: 1, seconds: 5)
            #expect(scene.condition == .serving, "seed \(seed)")
        }
    }
}
