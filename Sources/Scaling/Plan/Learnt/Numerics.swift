/// e^(−x) for x ≥ 0, to about 0.1 % for x < 4; needs no C library.
func decay(_ x: Double) -> Double {
    let z = x / 8
    let series = 1 + z * (1 + z * (0.5 + z / 6))
    let squared = series * series
    let fourth = squared * squared
    return 1 / (fourth * fourth)
}

/// The base-2 logarithm of a positive number, to about 0.01.
func log2(_ x: Double) -> Double {
    let rest = x.significand - 1
    return Double(x.exponent) + rest * (1.3425 - 0.3425 * rest)
}

/// 2^x for |x| < 1000, exact at whole numbers, else to about 1e-4.
func exp2(_ x: Double) -> Double {
    let whole = x.rounded(.down)
    let rest = (x - whole) * 0.693_147_180_559_945_3
    let series = 1 + rest * (1 + rest * (0.5 + rest * (1 / 6.0 + rest * (1 / 24.0 + rest / 120))))
    return Double(sign: .plus, exponent: Int(whole), significand: 1) * series
}

/// An exponentially weighted mean over time; the first value starts it.
struct DecayingMean: Sendable {
    private let tauSeconds: Double
    private(set) var value = 0.0
    private(set) var isStarted = false

    init(seconds: Double) {
        tauSeconds = seconds
    }

    /// The mean was `next` for the last `seconds`.
    mutating func advance(_ next: Double, seconds: Double) {
        guard isStarted else { return restart(at: next) }
        value += (next - value) * (1 - decay(seconds / tauSeconds))
    }

    /// Starts anew from that value: what was before no longer tells.
    mutating func restart(at next: Double) {
        value = next
        isStarted = true
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try archive.field(&value)
        try archive.field(&isStarted)
    }
}
