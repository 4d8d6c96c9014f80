import Synchronization
import Values

/// Sheds load before the processors are used up: strangers first, then reports.
///
/// As long as strangers, and requests that are refused, take a share worth speaking of, they alone
/// wait: see `StrangerBudget`. When next to nothing of theirs remains, a share of the reports is
/// answered with "push less often". Such an agent keeps its windows and sends them
/// together later, which costs about as much as one report: shedding some answers lowers the load
/// for good, until it is over. The share moves in steps, up at once and down slowly, so that it
/// settles instead of swinging.
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
    private let shedsStrangers = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)

    package init(limitPercent: Double) {
        self.limitPercent = limitPercent
    }

    /// Reports shed of a thousand, now.
    package var permille: Int { share.load(ordering: .relaxed) }

    /// Whether strangers get next to nothing, now.
    package var isTight: Bool { shedsStrangers.load(ordering: .relaxed) }

    /// Whether this report is taken.
    func admits() -> Bool {
        let share = permille
        guard share > 0 else { return true }
        let number = count.add(1, ordering: .relaxed).oldValue & 0xFFFF_FFFF
        // Evenly: the whole part grows with one report in a thousand / share.
        return (number + 1) * share / 1000 == number * share / 1000
    }

    /// Takes in what the last second used, in percent of what it could have used, and how much of
    /// that strangers used.
    func note(usedPercent: Double, strangersPercent: Double = 0) -> Change? {
        guard limitPercent > 0 else { return nil }
        let wasShedding = isShedding
        if usedPercent > limitPercent {
            shedsStrangers.store(true, ordering: .relaxed)
            if strangersPercent <= usedPercent * AggregatorLimits.strangersLeastShare {
                let more = min(AggregatorLimits.shedPermilleMax, permille + 200)
                share.store(more, ordering: .relaxed)
            }
        } else if usedPercent < limitPercent * 0.8 {
            share.store(max(0, permille - 50), ordering: .relaxed)
            if permille == 0 { shedsStrangers.store(false, ordering: .relaxed) }
        }
        guard isShedding != wasShedding else { return nil }
        return wasShedding ? .ended : .began
    }

    private var isShedding: Bool { permille > 0 || isTight }
}

/// How much of the processors was used between two looks.
struct ProcessorUse {
    /// Processors that the server can use at once.
    let processors: Double
    private var cpuSeconds: Double?
    private var at: Instant?

    init(processors: Double) {
        self.processors = processors
    }

    /// In percent, by what was used since the start; `nil` the first time.
    mutating func percent(cpuSeconds: Double, now: Instant) -> Double? {
        defer { (self.cpuSeconds, at) = (cpuSeconds, now) }
        guard let before = self.cpuSeconds, let at, now > at else { return nil }
        return (cpuSeconds - before) / ((now - at).inSeconds * processors) * 100
    }
}
