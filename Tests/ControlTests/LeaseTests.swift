import Testing
import Values

@testable import Control

@Suite struct LeaseTests {
    /// The table: takes a write only over what it holds.
    private struct Table {
        var item: Lease.Item?
        private(set) var fences: [Int64] = []

        mutating func write(_ item: Lease.Item, over: Lease.Item?) -> Bool {
            guard self.item == over else { return false }
            self.item = item
            fences.append(item.fence)
            return true
        }
    }

    /// Asks what is to be done, and does it at once.
    private func step(_ lease: inout Lease, _ table: inout Table, at seconds: Double) {
        let now = Samples.at(seconds)
        switch lease.next(now: now) {
        case .read: lease.read(table.item, now: now)
        case .write(let item, let over):
            if table.write(item, over: over) {
                lease.wrote(now: now)
            } else {
                lease.refused(now: now)
            }
        }
    }

    @Test func theFirstTakesItAndKeepsIt() {
        var (table, a, b) = (Table(), lease("a"), lease("b"))
        for second in 0..<100 {
            step(&a, &table, at: Double(second))
            step(&b, &table, at: Double(second) + 0.5)
            if second > 1 {
                #expect(a.isHeld(now: Samples.at(Double(second) + 0.9)))
                #expect(!b.isHeld(now: Samples.at(Double(second) + 0.9)))
                #expect(b.ownerLives(now: Samples.at(Double(second) + 0.9)))
            }
        }
        #expect(table.item?.fence == 1)
    }

    @Test func anotherTakesItWhenNothingIsRenewed() {
        var (table, a, b) = (Table(), lease("a"), lease("b"))
        for second in 0..<10 {
            step(&a, &table, at: Double(second))
            step(&b, &table, at: Double(second))
        }
        var takenAt = 0.0
        for tick in 1...20 where takenAt == 0 {
            let second = 9 + Double(tick)
            step(&b, &table, at: second)
            if b.isHeld(now: Samples.at(second)) { takenAt = second }
        }
        #expect((14.5...17).contains(takenAt))
        #expect(!a.isHeld(now: Samples.at(takenAt)))
        #expect(b.fence == 2)
        // The first one wakes up: its write fails, it reads, and it knows.
        step(&a, &table, at: 20)
        step(&a, &table, at: 20)
        #expect(a.ownerLives(now: Samples.at(20)))
        #expect(Standing(a, now: Samples.at(20)) == .second(ownerLives: true))
        #expect(table.fences == table.fences.sorted())
    }

    @Test func aReleasedOneIsTakenAtOnce() {
        var (table, a, b) = (Table(), lease("a"), lease("b"))
        for second in 0..<5 {
            step(&a, &table, at: Double(second))
            step(&b, &table, at: Double(second))
        }
        guard case .write(let item, let over)? = a.release(now: Samples.at(5)) else {
            Issue.record("not released")
            return
        }
        let isDone = table.write(item, over: over)
        #expect(isDone)
        #expect(!a.isHeld(now: Samples.at(5)))
        step(&b, &table, at: 5.4)
        step(&b, &table, at: 5.4)
        #expect(b.isHeld(now: Samples.at(5.4)))
        #expect(b.fence == 2)
        #expect(b.release(now: Samples.at(30)) == nil)
    }

    @Test func aWriteWhoseAnswerWasLostIsKnownByAReadAndCountsFromWhenItWasSent() {
        var (table, a) = (Table(), lease("a"))
        step(&a, &table, at: 0)
        guard case .write(let item, let over) = a.next(now: Samples.at(1)) else {
            Issue.record("no write")
            return
        }
        let isDone = table.write(item, over: over)
        #expect(isDone)
        a.failed()
        #expect(!a.isHeld(now: Samples.at(2)))
        #expect(a.next(now: Samples.at(3)) == .read)
        a.read(table.item, now: Samples.at(3))
        #expect(a.held(now: Samples.at(3)) == Samples.at(6))
    }

    @Test func withoutTheTableItEndsAndNobodyIsItsOwner() {
        var (table, a, b) = (Table(), lease("a"), lease("b"))
        for second in 0..<3 {
            step(&a, &table, at: Double(second))
            step(&b, &table, at: Double(second))
        }
        for second in 3..<20 {
            for lease in [0, 1] {
                let now = Samples.at(Double(second))
                if lease == 0 { _ = a.next(now: now) } else { _ = b.next(now: now) }
                if lease == 0 { a.failed() } else { b.failed() }
            }
        }
        #expect(Standing(a, now: Samples.at(6)) == .owner(until: Samples.at(7)))
        let late = Samples.at(7) + (.zero - ControlLimits.writeWithin)
        #expect(!Standing(a, now: late).allowsLowering(now: late))
        #expect(Standing(a, now: Samples.at(8)) == .former)
        #expect(Standing(b, now: Samples.at(6)) == .second(ownerLives: true))
        #expect(Standing(b, now: Samples.at(9)) == .second(ownerLives: false))
        // Back: whoever is first.
        step(&b, &table, at: 20)
        step(&b, &table, at: 21)
        step(&a, &table, at: 21)
        step(&a, &table, at: 22)
        #expect([a, b].filter { $0.isHeld(now: Samples.at(22)) }.count == 1)
    }

    /// Calls are late, lost, or done though no answer came; aggregators stop for a while. Whatever
    /// happens, at no moment do two hold it, and fencing numbers never go back.
    @Test func neverTwoHoldIt() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        var takes = 0
        for _ in 0..<40 {
            var world = LeaseWorld(random: &random)
            for _ in 0..<3_000 { world.step(&random) }
            #expect(world.problems.isEmpty, "seed \(seed): \(world.problems.prefix(3))")
            takes += world.takes
        }
        // It changes hands often enough to show something.
        #expect(takes > 120, "seed \(seed)")
    }

    private func lease(_ name: String) -> Lease { Lease(name: name, now: Samples.at(0)) }
}

/// Three aggregators with clocks of their own, in steps of a tenth of a second.
private struct LeaseWorld {
    private struct Call {
        let due: Int
        let by: Int
        let action: Lease.Action
        let isLost: Bool
        let isAnswerLost: Bool
    }

    private var leases: [Lease]
    /// Each one's clock began at another time.
    private let offsets: [Double]
    private var frozenUntil = [0, 0, 0]
    private var busyUntil = [0, 0, 0]
    private var calls: [Call] = []
    private var item: Lease.Item?
    private var tick = 0
    private(set) var problems: [String] = []
    private(set) var takes = 0

    init(random: inout SeededRandom) {
        offsets = (0..<3).map { _ in Double.random(in: 0...1_000, using: &random) }
        leases = []
        for index in 0..<3 {
            leases.append(Lease(name: "\(index)", now: Samples.at(offsets[index])))
        }
    }

    private func now(_ index: Int) -> Instant {
        Samples.at(offsets[index] + Double(tick) / 10)
    }

    mutating func step(_ random: inout SeededRandom) {
        tick += 1
        for index in 0..<3 {
            if Int.random(in: 0..<400, using: &random) == 0 {
                frozenUntil[index] = tick + Int.random(in: 1...200, using: &random)
            }
            guard tick >= frozenUntil[index], tick >= busyUntil[index] else { continue }
            let action = leases[index].next(now: now(index))
            let delay = Int.random(in: 0...30, using: &random)
            let fate = Int.random(in: 0..<20, using: &random)
            calls.append(
                Call(
                    due: tick + delay, by: index, action: action, isLost: fate == 0,
                    isAnswerLost: fate == 1 || delay > 10))
            // A call may be done long after its caller gave it up.
            if fate <= 1 || delay > 10 { leases[index].failed() }
            busyUntil[index] = tick + 10
        }
        for call in calls where call.due == tick { perform(call) }
        calls.removeAll { $0.due <= tick }
        let holders = (0..<3).filter { leases[$0].isHeld(now: now($0)) }
        if holders.count > 1 { problems.append("\(holders) at \(tick)") }
    }

    private mutating func perform(_ call: Call) {
        guard !call.isLost else { return }
        switch call.action {
        case .read:
            if !call.isAnswerLost { leases[call.by].read(item, now: now(call.by)) }
        case .write(let new, let over):
            let isDone = item == over
            if isDone {
                if new.fence < item?.fence ?? 0 { problems.append("fence back at \(tick)") }
                if new.fence > item?.fence ?? 0 { takes += 1 }
                item = new
            }
            guard !call.isAnswerLost else { return }
            if isDone {
                leases[call.by].wrote(now: now(call.by))
            } else {
                leases[call.by].refused(now: now(call.by))
            }
        }
    }
}
