import Values
import Writing

/// A policy that could decide alone: the level it goes by, and by how much it stays above it.
struct CompletePolicy: Equatable, Sendable {
    enum Basis: Equatable, Sendable {
        /// The combined forecasts with learnt headroom, at so many times the service's caution.
        case learnt(cautionTimes: Double)
        /// The mean of the last minute: constant headroom, and target tracking.
        case mean
        /// The highest mean of 15 s within the last minutes.
        case highest(minutes: Int)
    }

    let basis: Basis
    /// What the level is multiplied by.
    let factor: Double

    /// The learnt headroom at the service's own caution.
    static let learnt = CompletePolicy(basis: .learnt(cautionTimes: 1), factor: 1)
    static let cautionTimes = [0.5, 1, 2, 6]
    static let ownCaution = 1
    private static let factors = [1.18, 1.3, 1.45, 1.65, 1.9, 2.3, 2.9]
    private static let bases: [Basis] = [
        .mean, .highest(minutes: 1), .highest(minutes: 5), .highest(minutes: 15),
    ]

    /// All that run as shadows; target tracking at 70 % lies between 1.3 and 1.45.
    static let family: [CompletePolicy] =
        cautionTimes.map { CompletePolicy(basis: .learnt(cautionTimes: $0), factor: 1) }
        + bases.flatMap { basis in factors.map { CompletePolicy(basis: basis, factor: $0) } }

    /// What is followed in the first second: far above the load, with a long memory.
    static let safest = CompletePolicy(basis: .highest(minutes: 15), factor: 1.65)

    var isLearnt: Bool {
        if case .learnt = basis { return true }
        return false
    }

    /// What it is taken to cost before anything is seen, in fleets a second.
    ///
    /// Less headroom is overloaded more often, and so is a short memory.
    func costAssumed(caution: Double) -> Double {
        let headroom = isLearnt ? Tuning.shadowLearntHeadroom : factor - 1
        let more: Double
        switch basis {
        case .learnt: more = Tuning.shadowLearntRisk
        case .mean, .highest(minutes: 1): more = Tuning.shadowShortRisk
        case .highest: more = 0
        }
        return 1 + headroom + caution * (decay(Tuning.shadowRiskFall * headroom) + more)
    }

    /// For a sentence.
    var words: String {
        let percent = text(((factor - 1) * 100).rounded())
        switch basis {
        case .learnt(let times):
            return times == 1
                ? "learnt headroom" : "learnt headroom at \(text(times)) times the caution"
        case .mean: return "the last minute's mean and \(percent) %"
        case .highest(let minutes):
            return minutes == 1
                ? "the last minute's highest load and \(percent) %"
                : "the highest load of \(minutes) minutes and \(percent) %"
        }
    }
}
