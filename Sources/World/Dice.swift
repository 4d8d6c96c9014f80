import Values

/// Chance from a seed: the same seed gives the same world.
struct Dice: Sendable {
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// 0 to 1, without 1.
    mutating func share() -> Double {
        Double(random.next() >> 11) * 0x1p-53
    }

    mutating func chance(_ probability: Double) -> Bool {
        share() < probability
    }

    /// A whole number that is on average the given one.
    mutating func rounded(_ value: Double) -> Int {
        let whole = value.rounded(.down)
        return Int(whole) + (chance(value - whole) ? 1 : 0)
    }

    mutating func between(_ least: Double, _ most: Double) -> Double {
        least + (most - least) * share()
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &random)
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[int(0...choices.count - 1)]
    }

    mutating func seed() -> UInt64 { random.next() }

    /// Of the normal distribution, near enough: the sum of four uniform numbers (Irwin-Hall).
    mutating func normal() -> Double {
        (share() + share() + share() + share() - 2) * 1.732
    }
}
