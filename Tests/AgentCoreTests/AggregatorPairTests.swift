import Testing

@testable import AgentCore

@Suite struct AggregatorPairTests {
    private let all = (1...6).map { "10.0.0.\($0)" }

    private func pair(_ list: [String], service: String = "web") -> Set<String> {
        var pair = AggregatorPair()
        pair.found(list, service: service)
        return Set([pair.first, pair.second].compactMap { $0 })
    }

    @Test func everyTaskOfAServiceHasTheSamePair() {
        let first = pair(all)
        #expect(first.count == 2)
        for _ in 0..<20 { #expect(pair(all.shuffled()) == first) }
        #expect(pair(all + all) == first)
    }

    @Test func servicesSpreadOverTheAddresses() {
        var counts: [String: Int] = [:]
        for number in 0..<600 {
            for address in pair(all, service: "service-\(number)") {
                counts[address, default: 0] += 1
            }
        }
        // 200 each, and chance.
        #expect(all.allSatisfy { (140...260).contains(counts[$0] ?? 0) }, "\(counts)")
    }

    @Test func onlyWhatMustMoveMoves() {
        for number in 0..<100 {
            let service = "service-\(number)"
            let before = pair(all, service: service)
            for gone in all {
                let after = pair(all.filter { $0 != gone }, service: service)
                #expect(after.isSuperset(of: before.subtracting([gone])))
                if !before.contains(gone) { #expect(after == before) }
            }
        }
    }

    @Test func anAddressThatStaysStaysWithItsLink() {
        var pair = AggregatorPair()
        pair.found(all, service: "web")
        for _ in 0..<200 {
            let before = [pair.first, pair.second]
            pair.found(all.shuffled().dropLast(.random(in: 0...5)), service: "web")
            for index in 0..<2 {
                guard let address = before[index] else { continue }
                let other = index == 0 ? pair.second : pair.first
                #expect(other != address)
            }
        }
    }

    @Test func withOneAddressTheLinkThatHasItGoesOn() {
        var pair = AggregatorPair()
        pair.found(["10.0.0.1"], service: "web")
        // Nobody has it yet: the first link goes to the name.
        #expect(pair.first == nil && pair.second == nil)
        pair.found(["10.0.0.1", "10.0.0.2"], service: "web")
        let second = pair.second
        pair.found([second ?? ""], service: "web")
        #expect(pair.first == nil && pair.second == second)
        // Nobody knows the name for a moment.
        pair.found([], service: "web")
        #expect(pair.first == nil && pair.second == second)
    }
}
