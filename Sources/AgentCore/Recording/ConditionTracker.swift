import Telemetry
import Transport
import Values
import Writing

/// Decides whether a task serves, is saturated, is down, or cannot be judged.
///
/// The difficulty is a silent nginx. Requests queue up in the kernel both when nginx has too much
/// to do and when it does nothing, so that a queue alone means nothing: ten clients a second before
/// a stopped nginx fill it as a surge does. A silent nginx is *saturated* only by a sign that a
/// stopped one under usual load cannot show:
///
/// - the task's CPU is at its limit, or throttled, and requests wait (a stopped nginx uses none);
/// - more requests came since its last answer than three times the usual rate explains;
/// - connections leave the accept queue, so that it works, and yet it does not answer.
///
/// An nginx that answers is saturated when it closes connections it has accepted (`accepts` grows
/// faster than `handled`), when its accept queue overflows, or when it answers late and more
/// requests wait unread than it counts: then its `busy` is falsely low.
///
/// Example: 20 requests a second, nginx stopped for 5 s: 100 wait, 3 × 20 × 5 + 16 = 316 would be a
/// surge: unknown. The same with 200 clients at once after 0.4 s: 200 > 3 × 20 × 0.4 + 16 = 40:
/// saturated.
/// ```
///              good answer                    a sign
///   unknown, down ◄────────► serving ──────────────────────► saturated
///              silent            ▲  silent, and a sign           │
///                                └───────────────────────────────┘
///                       2 s without a sign; silent and nobody waits: down
/// ```
struct ConditionTracker: Sendable {
    private(set) var condition = TaskCondition.unknown
    private(set) var sign = ConditionSign.notAsked
    /// When the condition began.
    private(set) var since: Instant
    private var signAt: Instant?
    private let silentAfter: Duration

    init(sampleInterval: Duration, now: Instant) {
        since = now
        silentAfter = max(
            ConditionLimits.silent,
            .nanoseconds(sampleInterval.wholeNanoseconds * ConditionLimits.silentSamples))
    }

    /// Looks at the signs; the condition that ended, when it is another now.
    mutating func advance(_ signs: TaskSigns, now: Instant) -> TaskCondition? {
        let isSilent = signs.silence(now: now).map { $0 > silentAfter } ?? true
        let found = isSilent ? signOfSilence(signs, now) : signOfAnswer(signs, now)
        if let found { (sign, signAt) = (found, now) }
        return change(to: next(signs, isSilent: isSilent, found: found, now), signs, now)
    }

    private func next(
        _ signs: TaskSigns, isSilent: Bool, found: ConditionSign?, _ now: Instant
    ) -> TaskCondition {
        if found != nil { return .saturated }
        if condition == .saturated {
            // Whoever still waits before a silent nginx is what saturated it.
            if isSilent && signs.waiting ?? 0 > ConditionLimits.nobody { return .saturated }
            if let signAt, now - signAt < ConditionLimits.hysteresis { return .saturated }
        }
        guard isSilent else { return .serving }
        return isDown(signs, now) ? .down : .unknown
    }

    private func isDown(_ signs: TaskSigns, _ now: Instant) -> Bool {
        switch signs.failure {
        case .refused: return signs.waiting ?? 0 <= ConditionLimits.nobody
        case .wrongAnswer, .cutShort: return false
        case .timedOut, .reset, nil:
            // Whether somebody waits must be known.
            guard let waiting = signs.waiting, waiting <= ConditionLimits.nobody else {
                return false
            }
            return signs.silence(now: now).map { $0 >= ConditionLimits.downAfter } ?? false
        }
    }

    private func signOfSilence(_ signs: TaskSigns, _ now: Instant) -> ConditionSign? {
        guard let waiting = signs.waiting, waiting >= ConditionLimits.crowd else { return nil }
        // Where nobody listens for the status page, silence says nothing of the work.
        if signs.failure == .refused || signs.failure == .wrongAnswer { return nil }
        if signs.isOutOfCPU(now: now) { return .outOfCPU(waiting: waiting) }
        if let drained = signs.drainedAt, let answered = signs.answeredAt,
            drained > answered + ConditionLimits.late, now - drained <= ConditionLimits.memory,
            Double(waiting) >= ConditionLimits.surgeMin
        {
            return .acceptsButDoesNotAnswer(waiting: waiting)
        }
        guard let rate = signs.usualRate, let arrivals = signs.arrivals,
            let silence = signs.silence(now: now)
        else { return nil }
        let usual = rate * silence.inSeconds * ConditionLimits.surgeFactor
        return Double(arrivals) > usual + ConditionLimits.surgeMin
            ? .moreThanUsual(arrivals: arrivals) : nil
    }

    private func signOfAnswer(_ signs: TaskSigns, _ now: Instant) -> ConditionSign? {
        if let since = signs.droppingSince, now - since >= ConditionLimits.late {
            return .dropsConnections
        }
        guard let seen = signs.seenAt, now - seen <= ConditionLimits.memory else { return nil }
        if let since = signs.overflowingSince, now - since >= ConditionLimits.persistence {
            return .acceptQueueOverflows
        }
        // Late and crowded for a while: a stopped nginx that goes on answers once late, then
        // promptly.
        if let crowded = signs.crowdedSince, let late = signs.lateSince,
            let waiting = signs.waiting,
            now - late >= ConditionLimits.persistence,
            now - crowded >= ConditionLimits.persistence
        {
            return .answersLate(waiting: waiting)
        }
        return nil
    }

    private mutating func change(
        to next: TaskCondition, _ signs: TaskSigns, _ now: Instant
    ) -> TaskCondition? {
        guard next != condition else { return nil }
        let before = condition
        condition = next
        since = now
        switch next {
        case .saturated: break
        case .serving: sign = .answers
        case .down: sign = .doesNotAnswer
        case .unknown: sign = signs.failure == nil ? .silent : .doesNotAnswer
        }
        return before
    }
}

/// What a condition rests on.
enum ConditionSign: Sendable, Equatable {
    case notAsked
    case answers
    case silent
    case doesNotAnswer
    case outOfCPU(waiting: Int)
    case acceptsButDoesNotAnswer(waiting: Int)
    case moreThanUsual(arrivals: Int)
    case dropsConnections
    case acceptQueueOverflows
    case answersLate(waiting: Int)

    /// What a person reads in a log.
    var text: String {
        switch self {
        case .notAsked: "not asked yet"
        case .answers: "answers again"
        case .silent: "does not answer in time, and nothing shows more load than usual"
        case .doesNotAnswer: "no sample succeeds, and nothing waits for it"
        case .outOfCPU(let waiting):
            Text("does not answer in time, the task's CPU is used up, and ").add(waiting)
                .add(" requests wait").string
        case .acceptsButDoesNotAnswer(let waiting):
            Text("takes connections in, but does not answer in time, and ").add(waiting)
                .add(" requests wait").string
        case .moreThanUsual(let arrivals):
            Text("does not answer in time, and ").add(arrivals)
                .add(" requests came since, more than usual").string
        case .dropsConnections: "closes connections that it has accepted: worker_connections"
        case .acceptQueueOverflows: "its accept queue overflows"
        case .answersLate(let waiting):
            Text("answers late, and ").add(waiting).add(" requests wait that it does not count")
                .string
        }
    }
}
