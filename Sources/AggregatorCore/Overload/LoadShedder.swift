import Synchronization
import Values

/// Answers a share of the reports with "push less often" before the processors are used up.
///
/// An agent that is told so keeps its windows and sends them together later, which costs about as
/// much as one report: shedding some answers lowers the load for good, until it is over. The share
/// moves in steps, up at once and down slowly, so that it settles instead of swinging.
package final class LoadShedder: Sendable {
    /// A change worth a line in the log.
    enum Change: Equatable {
        case began
        case ended
    }

    /// In percent of the processors; 0 never sheds.
    private let limitPercent: Double
    /// Reports shed of a thousand.
    private let share = Atomic<Int>(0)
    private let count = Atomic<Int>(0)

    package init(limitPercent: Double) {
        self.limitPercent = limitPercent
    }

    /// Reports shed of a thousand, now.
    package var permille: Int { share.load(ordering: .relaxed) }

    /// Whether this report is taken.
    func admits() -> Bool {
        let share = permille
        guard share > 0 else { return true }
        let number = count.add(1, ordering: .relaxed).oldValue & 0xFFFF_FFFF
        // Evenly: the whole part grows with one report in a thousand / share.
        return (number + 1) * share / 1000 == number * share / 1000
    }

    /// Takes in what the last second used, in percent of what it could have used.
    func note(usedPercent: Double) -> Change? {
        guard limitPercent > 0 else { return nil }
        let before = permille
        let after: Int
        if usedPercent > limitPercent {
            after = min(AggregatorLimits.shedPermilleMax, before + 200)
        } else if usedPercent < limitPercent * 0.8 {
            after = max(0, before - 50)
        } else {
            after = before
        }
        share.store(after, ordering: .relaxed)
        if before == 0 && after > 0 { return .began }
        return before > 0 && after == 0 ? .ended : nil
    }
}

/// How much of the processors this process used between two looks.
struct ProcessorUse {
    /// Processors that the server can use at once.
    let processors: Double
    private var cpuSeconds: Double?
    private var at: Instant?

    init(processors: Double) {
        self.processors = processors
    }

    /// In percent; `nil` the first time, or where Linux does not tell.
    mutating func percent(_ figures: ProcessFigures?, now: Instant) -> Double? {
        guard let figures else { return nil }
        defer { (cpuSeconds, at) = (figures.cpuSeconds, now) }
        guard let cpuSeconds, let at, now > at else { return nil }
        return (figures.cpuSeconds - cpuSeconds) / ((now - at).inSeconds * processors) * 100
    }
}
