/// The linear combination of forecasts that had the least squared error; what was long ago fades.
///
/// Combining forecasts beats choosing one (J. M. Bates and C. W. J. Granger, "The Combination of
/// Forecasts", Operational Research Quarterly 20(4), 1969), by least squares as in C. W. J. Granger
/// and R. Ramanathan, "Improved Methods of Combining Forecasts", Journal of Forecasting 3(2), 1984.
/// Before much is learnt all weigh the same, and what the data leave open stays near that, as in
/// F. X. Diebold and P. Pauly, "The Use of Prior Information in Forecast Combination",
/// International Journal of Forecasting 6(4), 1990.
struct LeastSquares: Sendable {
    private let count: Int
    /// The lower half of Σ forecast × forecast, and Σ forecast × actual.
    private var products: [Double]
    private var targets: [Double]
    private var weights: [Double]
    /// What a sample that comes now weighs: growing it is the fading of those before.
    private var sampleWeight = 1.0
    private let growth: Double

    init(count: Int, halfLifeSeconds: Double) {
        self.count = count
        products = [Double](repeating: 0, count: count * count)
        targets = [Double](repeating: 0, count: count)
        weights = [Double](repeating: 1 / Double(count), count: count)
        growth = exp2(1 / halfLifeSeconds)
    }

    func combine(_ forecasts: [Double]) -> Double {
        var sum = 0.0
        for index in 0..<count { sum += weights[index] * forecasts[index] }
        return min(max(0, sum), Tuning.blendMost * (forecasts.max() ?? 0))
    }

    /// The forecasts of a second that came out as `actual`; the error of a large demand is larger,
    /// and counts less.
    mutating func learn(_ forecasts: ArraySlice<Double>, actual: Double) {
        let first = forecasts.startIndex
        let level = max(1e-3, forecasts.reduce(0, +) / Double(count))
        for row in 0..<count {
            let scaled = forecasts[first + row] * sampleWeight / level
            targets[row] += scaled * actual
            for column in 0...row {
                products[row * count + column] += scaled * forecasts[first + column]
            }
        }
        sampleWeight *= growth
        guard sampleWeight > 1e9 else { return }
        for index in products.indices { products[index] /= sampleWeight }
        for index in targets.indices { targets[index] /= sampleWeight }
        sampleWeight = 1
    }

    /// Solves for the weights, by Cholesky's decomposition.
    mutating func solve() {
        var trace = 0.0
        for row in 0..<count { trace += products[row * count + row] }
        let ridge = Tuning.blendRidge * trace / Double(count)
        guard ridge > 0 else { return }
        var lower = products
        for row in 0..<count { lower[row * count + row] += ridge }
        for row in 0..<count {
            for column in 0...row {
                var rest = lower[row * count + column]
                for index in 0..<column {
                    rest -= lower[row * count + index] * lower[column * count + index]
                }
                lower[row * count + column] =
                    row == column
                    ? max(ridge * 1e-6, rest).squareRoot() : rest / lower[column * count + column]
            }
        }
        for row in 0..<count {
            var rest = targets[row] + ridge / Double(count)
            for index in 0..<row { rest -= lower[row * count + index] * weights[index] }
            weights[row] = rest / lower[row * count + row]
        }
        for row in (0..<count).reversed() {
            var rest = weights[row]
            for index in row + 1..<count { rest -= lower[index * count + row] * weights[index] }
            weights[row] = rest / lower[row * count + row]
        }
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try archive.list(&products)
        try archive.list(&targets)
        try archive.list(&weights)
        try archive.field(&sampleWeight)
    }
}
