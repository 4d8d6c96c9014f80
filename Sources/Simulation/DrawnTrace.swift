import Glibc

/// Traces of kinds of traffic that no formula has; drawn from a seed.
package enum DrawnTrace {
    private static let batchesMax = 12

    /// Batches of requests, of log-normal size, at a steady rate: about four times the variance of
    /// Poisson arrivals' own mean, as jobs, crawlers and language models bring.
    package static func batches(_ seconds: Int, seed: UInt64) -> [Float] {
        var dice = Dice(seed: seed)
        return (0..<seconds).map { second in
            // Slowly up and down too, so that a mean is not all there is to know.
            let level = 3 + sin(2 * .pi * Double(second) / 7_200)
            var sum = 0.0
            for _ in 0..<min(batchesMax, Int(dice.poisson(level))) {
                sum += dice.logNormal(median: 1, sigma: 0.6, within: 0.1...6)
            }
            return Float(sum)
        }
    }

    /// A hundredth of the peak, and every three to nine minutes half of it to all of it for 40 to
    /// 120 s.
    package static func bursts(_ seconds: Int, seed: UInt64) -> [Float] {
        var dice = Dice(seed: seed)
        var rates = [Float](repeating: 0.01, count: seconds)
        var second = 120
        while second < seconds {
            let length = 40 + Int(80 * dice.uniform())
            let height = Float(0.5 + 0.5 * dice.uniform())
            for index in second..<min(seconds, second + length) { rates[index] = height }
            second += length + 180 + Int(360 * dice.uniform())
        }
        return rates
    }
}
