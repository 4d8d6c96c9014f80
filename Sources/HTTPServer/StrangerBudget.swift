/// How much processor time those who showed no token, and requests that are refused, may take.
///
/// A flood of refused requests costs as much a request as good reports do, and a container's quota,
/// once used up, stops the whole process for most of a tenth of a second. So strangers have a share
/// of the processors; beyond it their answers wait, and a client that waits sends nothing. A share
/// of 0.1 of one processor, at 30 µs a request, answers 3,000 strangers a second.
///
/// A bucket of time: it fills with `share` seconds a second up to `burst` seconds of that. Reads,
/// which people and Prometheus wait for, may use all of it, refusals only the upper half: they wait
/// first.
struct StrangerBudget: Sendable {
    enum Kind {
        case read, refusal
    }

    /// Seconds of processor time a second; 0 lets nobody wait.
    var share: Double
    /// While the processors are used up, strangers get next to nothing.
    var isTight = false

    private static let burstSeconds = 0.25
    private static let tightShare = 0.05
    /// Parsing, sending, and what the kernel does for it.
    static let requestSeconds = 30e-6
    static let connectionSeconds = 30e-6

    private var level = 0.0
    private var filledMs: Int64

    init(share: Double, nowMs: Int64) {
        self.share = share
        filledMs = nowMs
        level = share * Self.burstSeconds
    }

    mutating func allows(_ kind: Kind, nowMs: Int64) -> Bool {
        guard share > 0 else { return true }
        fill(nowMs)
        return level > (kind == .read ? 0 : rate * Self.burstSeconds / 2)
    }

    /// Debts are bounded, so that a flood that ended is soon forgotten.
    mutating func charge(_ seconds: Double, nowMs: Int64) {
        fill(nowMs)
        level = max(-rate, level - seconds)
    }

    private var rate: Double { isTight ? share * Self.tightShare : share }

    private mutating func fill(_ nowMs: Int64) {
        let span = Double(max(0, nowMs - filledMs)) / 1000
        filledMs = max(filledMs, nowMs)
        level = min(rate * Self.burstSeconds, level + span * rate)
    }
}
