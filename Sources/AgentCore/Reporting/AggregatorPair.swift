import Values
import Writing

/// Which two of an aggregator's addresses a service's tasks report to.
///
/// Each address gets a number, by a hash of the service and the address, and the two with the
/// largest numbers are the pair. So every task of a service has the same pair, without asking
/// anybody; services spread over the addresses; and when an address joins or leaves, only those
/// services move whose pair it enters or was in. For example, of the addresses A, B and C the
/// numbers of `shop/web` are 70, 20 and 50: its pair is A and C. When A leaves it is C and B: its
/// reports to C never stop.
///
/// Source: rendezvous hashing, Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit
/// Rates", 1998.
package struct AggregatorPair: Sendable {
    /// The address of each of the two links; `nil` for one that has none. Where both have none, the
    /// first goes to the name, whoever answers there.
    package private(set) var first: String?
    package private(set) var second: String?

    package init() {}

    /// The name has these addresses now; none when nobody knows it at the moment, which changes
    /// nothing. An address that stays, stays with its link.
    @inline(never)
    package mutating func found(_ list: [String], service: String) {
        let seed = Self.hash(service, from: 0xCBF2_9CE4_8422_2325)
        var (best, next): (String?, String?)
        var (bestNumber, nextNumber): (UInt64, UInt64) = (0, 0)
        for address in list {
            var mixed = SeededRandom(seed: Self.hash(address, from: seed))
            let number = mixed.next()
            if number > bestNumber {
                (next, nextNumber) = (best, bestNumber)
                (best, bestNumber) = (address, number)
            } else if number > nextNumber, number != bestNumber {
                // The same address twice is one.
                (next, nextNumber) = (address, number)
            }
        }
        guard let best else { return }
        if isSecond(best) || isFirst(next) {
            (first, second) = (next, best)
        } else if next != nil || isFirst(best) {
            (first, second) = (best, next)
        } else {
            (first, second) = (nil, nil)
        }
    }

    private func isFirst(_ address: String?) -> Bool { Self.isSame(first, address) }
    private func isSecond(_ address: String?) -> Bool { Self.isSame(second, address) }

    /// Whether both are there, and the same.
    @inline(never)
    static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return false }
        return hash(left, from: 1) == hash(right, from: 1)
    }

    /// FNV-1a (Fowler, Noll and Vo), which SplitMix64 then makes even.
    @inline(never)
    private static func hash(_ text: String, from start: UInt64) -> UInt64 {
        var hash = start
        for byte in text.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
