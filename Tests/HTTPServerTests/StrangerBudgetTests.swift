import Testing

@testable import HTTPServer

@Suite struct StrangerBudgetTests {
    /// How many requests of 30 µs are answered when one comes each millisecond.
    private func answered(
        _ budget: inout StrangerBudget, _ kind: StrangerBudget.Kind, ms: Range<Int64>
    ) -> Int {
        ms.count { nowMs in
            guard budget.allows(kind, nowMs: nowMs) else { return false }
            budget.charge(StrangerBudget.requestSeconds, nowMs: nowMs)
            return true
        }
    }

    @Test func withoutAShareNobodyWaits() {
        var budget = StrangerBudget(share: 0, nowMs: 0)
        #expect(answered(&budget, .refusal, ms: 0..<1000) == 1000)
    }

    @Test func givesTheShareAndNoMore() {
        // 0.003 of a processor is 100 requests of 30 µs a second.
        var budget = StrangerBudget(share: 0.003, nowMs: 0)
        _ = answered(&budget, .read, ms: 0..<10_000)
        #expect((90...110).contains(answered(&budget, .read, ms: 10_000..<11_000)))
    }

    @Test func refusalsWaitBeforeReads() {
        var budget = StrangerBudget(share: 0.003, nowMs: 0)
        _ = answered(&budget, .refusal, ms: 0..<10_000)
        let (refusal, read) = (
            budget.allows(.refusal, nowMs: 10_000), budget.allows(.read, nowMs: 10_000)
        )
        #expect(!refusal)
        #expect(read)
    }

    @Test func aFloodIsSoonForgotten() {
        var budget = StrangerBudget(share: 0.1, nowMs: 0)
        for _ in 0..<1000 { budget.charge(1, nowMs: 0) }
        let (soon, later) = (
            budget.allows(.read, nowMs: 500), budget.allows(.read, nowMs: 1100)
        )
        #expect(!soon)
        #expect(later)
    }

    @Test func getsNextToNothingWhileTight() {
        var budget = StrangerBudget(share: 0.06, nowMs: 0)
        budget.isTight = true
        _ = answered(&budget, .read, ms: 0..<10_000)
        #expect((90...110).contains(answered(&budget, .read, ms: 10_000..<11_000)))
    }
}
