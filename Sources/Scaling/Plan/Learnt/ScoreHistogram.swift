/// How far demand came out above a forecast, in units of the forecast's usual error; old scores
/// fade.
///
/// Decayed histograms and the choice of the cheapest bin edge follow Autopilot (K. Rzadca et al.,
/// "Autopilot: Workload Autoscaling at Google", EuroSys 2020).
struct ScoreHistogram: Sendable {
    static let binsMax = 64
    private static let binsPerOctave = 9.0
    private static let smallest = 0.125

    /// The lower edge of each bin, and of one past the last; the first bin holds all scores up to
    /// `smallest`.
    static let edges: [Double] = (0...binsMax).map { index in
        index == 0 ? 0 : smallest * exp2(Double(index - 1) / binsPerOctave)
    }

    private var weights: [Double]
    private var total: Double
    /// What a score that comes now weighs: growing it is the fading of those before.
    private var weight = 1.0
    private let growth: Double

    /// A prior of so many scores of the exponential distribution with mean 1, one a second.
    init(halfLifeSeconds: Double, priorSeconds: Double) {
        growth = exp2(1 / halfLifeSeconds)
        weights = (0..<Self.binsMax).map { bin in
            let above = bin + 1 < Self.binsMax ? decay(Self.edges[bin + 1]) : 0
            return priorSeconds * (decay(Self.edges[bin]) - above)
        }
        total = priorSeconds
    }

    mutating func insert(_ score: Double) {
        weights[Self.bin(of: score)] += weight
        total += weight
        weight *= growth
        if weight > 1e9 { renormalize() }
    }

    private mutating func renormalize() {
        for index in weights.indices { weights[index] /= weight }
        total /= weight
        weight = 1
    }

    static func bin(of score: Double) -> Int {
        guard score > smallest else { return 0 }
        return min(binsMax - 1, 1 + Int(log2(score / smallest) * binsPerOctave))
    }

    /// The headroom that costs least when each unit of it costs 1 and each second above it costs
    /// `overloadCost`.
    ///
    /// The newsvendor's choice (K. J. Arrow, T. Harris, J. Marschak, "Optimal Inventory Policy",
    /// Econometrica 19(3), 1951), as a minimum of cost and not as a quantile: it does not buy
    /// headroom across the empty gap before rare, far surges.
    func cheapest(overloadCost: Double) -> Double {
        var best = 0.0
        var bestCost = Double.infinity
        var above = total
        for bin in 0..<Self.binsMax {
            above -= weights[bin]
            let edge = Self.edges[bin + 1]
            let risk = max(0, above / total)
            let cost = edge + overloadCost * risk
            if cost < bestCost {
                bestCost = cost
                best = edge
            }
        }
        return best
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try archive.list(&weights)
        try archive.field(&total)
        try archive.field(&weight)
    }
}
