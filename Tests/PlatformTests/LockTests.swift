import Platform
import Testing

@Suite struct LockTests {
    private struct Handle: ~Copyable {
        var number: Int
    }

    private struct Refusal: Error, Equatable {
        let number: Int
    }

    @Test func oneThreadAtATimeHasTheValue() async {
        let lock = LockedCounts()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 { lock.countBoth() }
                }
            }
        }
        #expect(lock.both == [80_000, 80_000])
    }

    @Test func holdsWhatCannotBeCopied() {
        let lock = Lock(Handle(number: 1))
        lock.withLock { $0 = Handle(number: $0.number + 1) }
        #expect(lock.withLock { $0.number } == 2)
    }

    /// After a throw the lock is free again, and the error keeps its type.
    @Test func passesErrorsOn() throws {
        let lock = Lock(1)
        do throws(Refusal) {
            try lock.withLock { (number: inout Int) throws(Refusal) in
                number += 1
                throw Refusal(number: number)
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error == Refusal(number: 2))
        }
        #expect(lock.withLock { $0 } == 2)
    }

    @Test func endsWithItsValue() {
        weak var seen: Held?
        do {
            let lock = Lock(Held())
            lock.withLock { seen = $0 }
            #expect(seen != nil)
        }
        #expect(seen == nil)
    }
}

private final class Held: Sendable {}

/// Two numbers that only a lock keeps equal.
private final class LockedCounts: Sendable {
    private let counts = Lock([0, 0])

    var both: [Int] { counts.withLock { $0 } }

    func countBoth() {
        counts.withLock { counts in
            counts[0] += 1
            counts[1] = counts[0]
        }
    }
}
