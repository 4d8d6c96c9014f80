import Glibc

/// Traces that need no file; their values are shares of the peak.
package enum BuiltInTrace: String, CaseIterable, Sendable {
    /// Ten-fold within a second, and back two hours later.
    case step
    /// Twenty-fold within a second, dying away over half an hour, twice.
    case flashCrowd = "flash-crowd"
    /// Ten-fold within three minutes, and back, every two hours.
    case ramps
    /// Ten-fold within two hours, and back.
    case slowRamp = "slow-ramp"
    /// From a tenth to the peak within half an hour, then down at once, all day.
    case sawtooth
    /// A day and a night as a sine.
    case diurnal
    /// A day with a rush at midnight, at eight and at noon.
    case blackFriday = "black-friday"
    /// Requests in batches: the rate jumps about a steady mean from second to second.
    case batches
    /// Silence, and a burst of a minute or two every few minutes.
    case bursts

    /// What `batches` and `bursts` are drawn from; printed with what was measured on them.
    package static let seed: UInt64 = 16

    package var isDrawn: Bool { self == .batches || self == .bursts }

    package var trace: Trace {
        switch self {
        case .batches: Trace(name: rawValue, rates: DrawnTrace.batches(seconds, seed: Self.seed))
        case .bursts: Trace(name: rawValue, rates: DrawnTrace.bursts(seconds, seed: Self.seed))
        default: Trace(name: rawValue, rates: (0..<seconds).map { Float(value(Double($0))) })
        }
    }

    package var seconds: Int {
        switch self {
        case .step, .flashCrowd, .ramps, .slowRamp: 6 * 3600
        case .sawtooth, .diurnal, .blackFriday: 24 * 3600
        case .batches, .bursts: 3 * 3600
        }
    }

    /// The share of the peak at that second.
    private func value(_ second: Double) -> Double {
        switch self {
        case .batches, .bursts: return 0
        case .step:
            return second >= 7200 && second < 14400 ? 1 : 0.1
        case .flashCrowd:
            let since = [3600.0, 14400].filter { second >= $0 }.last.map { second - $0 }
            return 0.05 + (since.map { 0.95 * exp(-$0 / 1800) } ?? 0)
        case .ramps:
            let phase = second.truncatingRemainder(dividingBy: 7200)
            return 0.1 + 0.9 * plateau(phase, from: 1800, rise: 180, hold: 1800)
        case .slowRamp:
            return 0.1 + 0.9 * plateau(second, from: 1800, rise: 7200, hold: 1800)
        case .sawtooth:
            return 0.1 + 0.9 * second.truncatingRemainder(dividingBy: 1800) / 1800
        case .diurnal:
            return 0.55 - 0.45 * cos(2 * .pi * second / 86_400)
        case .blackFriday:
            let day = 0.25 - 0.15 * cos(2 * .pi * (second / 86_400 - 0.08))
            return day + rush(second, at: 600, size: 0.6, fade: 2400)
                + rush(second, at: 28_800, size: 0.35, fade: 5400)
                + rush(second, at: 43_200, size: 0.5, fade: 3600)
        }
    }

    private func plateau(_ second: Double, from: Double, rise: Double, hold: Double) -> Double {
        let up = (second - from) / rise
        let down = (from + 2 * rise + hold - second) / rise
        return max(0, min(1, min(up, down)))
    }

    private func rush(_ second: Double, at begin: Double, size: Double, fade: Double) -> Double {
        guard second >= begin else { return 0 }
        return size * min(1, (second - begin) / 20) * exp(-(second - begin) / fade)
    }
}
