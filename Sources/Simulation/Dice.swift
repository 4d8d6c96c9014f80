import Glibc
import Values

/// Draws from the distributions that a simulation needs, from random numbers that a seed
/// determines.
package struct Dice: RandomNumberGenerator, Sendable {
    private var random: SeededRandom

    package init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    package mutating func next() -> UInt64 { random.next() }

    /// Uniform in 0..<1.
    package mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// The standard normal distribution, by Box and Muller (1958).
    package mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// Poisson: by products of uniforms (Knuth, TAOCP 2, 3.4.1) when small, else by the normal
    /// distribution, which is close enough above 30.
    package mutating func poisson(_ mean: Double) -> Double {
        guard mean > 0 else { return 0 }
        if mean > 30 { return max(0, (mean + mean.squareRoot() * normal()).rounded()) }
        let limit = exp(-mean)
        var count = 0.0
        var product = uniform()
        while product > limit {
            count += 1
            product *= uniform()
        }
        return count
    }

    /// Log-normal with that median, drawn again until it lies within the range; `common` is
    /// what was drawn before for several, added to the logarithm.
    package mutating func logNormal(
        median: Double, sigma: Double, within range: ClosedRange<Double>, common: Double = 0
    ) -> Double {
        for _ in 0..<100 {
            let value = median * exp(sigma * normal() + common)
            if range.contains(value) { return value }
        }
        return min(range.upperBound, max(range.lowerBound, median * exp(common)))
    }
}
