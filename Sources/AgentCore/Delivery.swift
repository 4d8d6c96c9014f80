import Telemetry
import Values
import Writing

/// How the aggregator answered a report.
package enum DeliveryAnswer: Sendable {
    case accepted
    /// The report itself was refused (400, 413, 415 …): sending it again is of no use.
    case refused(status: Int, reason: String)
    /// The report is not taken now: it is kept and sent again, not before `retryAfter`.
    case postponed(Trouble, reason: String, retryAfter: Duration?)
    /// Sent on to another aggregator, which is asked at once.
    case redirected
}

/// What keeps reports from being taken; each is logged once per outage.
package enum Trouble: UInt8, Sendable, CaseIterable {
    case name
    case connection
    case tls
    case timeout
    case broken
    /// 401 or 403.
    case token
    /// 429 or 503.
    case overload
    /// Any other answer.
    case answer
    /// The report was refused and dropped.
    case report

    package var text: StaticString {
        switch self {
        case .name: "name"
        case .connection: "connection"
        case .tls: "tls"
        case .timeout: "timeout"
        case .broken: "broken"
        case .token: "token"
        case .overload: "overload"
        case .answer: "answer"
        case .report: "report"
        }
    }
}

/// Decides which report is sent when; performs nothing itself.
///
/// ```
///            next            accepted, refused
///   resting ──────► sent ───────────────────────► resting
///      ▲              │ postponed: the same report, with its number, after a wait
///      └──────────────┘
/// ```
package struct Delivery: Sendable {
    /// What changed for the reader of the log.
    package enum Change: Equatable, Sendable {
        case began(Trouble, reason: String)
        case ended(failures: Int, lastedMs: Int64)
        /// The first redirect since a report was taken.
        case redirected
    }

    /// What ECS says of the clock; goes into each new report.
    package var clock: ClockDrift?
    private var bootID: UInt64
    private var backlog = WindowBacklog()
    private var sequence: UInt64 = 0
    /// The report that was sent and is not taken yet.
    private var unaccepted: Report?
    private var isSent = false
    private var backoff: Backoff
    private var notBefore: Instant?
    private var redirects = 0
    private var troubles: UInt16 = 0
    private var troubledSince: Instant?

    package init(bootID: UInt64, backoff: Backoff) {
        self.bootID = bootID
        self.backoff = backoff
    }

    /// Somebody else hears the reports from now on, or nobody does: nothing of what was said
    /// before concerns them.
    package mutating func begin(bootID: UInt64, isOn: Bool) {
        self.bootID = bootID
        sequence = 0
        unaccepted = nil
        isSent = false
        notBefore = nil
        redirects = 0
        troubles = 0
        troubledSince = nil
        backoff.succeeded()
        if !isOn { _ = backlog.takeAll() }
    }

    package var isTroubled: Bool { troubledSince != nil }

    /// Windows that wait, those of a report under way not counted.
    package var windowsWaiting: Int { backlog.windows.count }

    package mutating func add(_ window: Window) {
        backlog.append(window)
    }

    /// When there is something to send; `nil` when nothing is, or an answer is awaited.
    package func due(now: Instant) -> Instant? {
        guard !isSent, unaccepted != nil || !backlog.isEmpty else { return nil }
        return notBefore.map { max($0, now) } ?? now
    }

    /// The report to send now, if there is one.
    package mutating func next(
        now: Instant, identity: TaskIdentity, state: TaskState = .running
    ) -> Report? {
        guard let due = due(now: now), due <= now else { return nil }
        isSent = true
        if let unaccepted { return unaccepted }
        let report = newReport(identity, state)
        unaccepted = report
        return report
    }

    /// The last report: what is not taken yet is given up, since its fate is unknown, and the
    /// aggregator forgets the task.
    package mutating func farewell(identity: TaskIdentity) -> Report {
        let report = newReport(identity, .stopping)
        unaccepted = report
        isSent = true
        notBefore = nil
        backoff.succeeded()
        return report
    }

    private mutating func newReport(_ identity: TaskIdentity, _ state: TaskState) -> Report {
        sequence += 1
        return Report(
            identity: identity, bootID: bootID, sequence: sequence, state: state,
            windows: backlog.takeAll(), clock: clock)
    }

    /// The report under way was answered, or failed; `random` are 64 random bits, for a wait.
    package mutating func ended(
        _ answer: DeliveryAnswer, now: Instant, random: UInt64
    ) -> Change? {
        precondition(isSent, "an answer belongs to a report")
        isSent = false
        switch answer {
        case .accepted:
            unaccepted = nil
            redirects = 0
            return recovered(now: now)
        case .redirected:
            redirects += 1
            guard redirects > AgentLimits.redirectsMax else {
                return redirects == 1 && !isTroubled ? .redirected : nil
            }
            redirects = 0
            return postpone(
                .answer, reason: "redirects without end", retryAfter: nil, now: now,
                random: random)
        case .refused(let status, let reason):
            unaccepted = nil
            return postpone(
                .report, reason: Text("").add(status).add(" ").add(reason).string, retryAfter: nil,
                now: now, random: random)
        case .postponed(let trouble, let reason, let retryAfter):
            return postpone(
                trouble, reason: reason, retryAfter: retryAfter, now: now, random: random)
        }
    }

    private mutating func recovered(now: Instant) -> Change? {
        let failures = backoff.failures
        backoff.succeeded()
        notBefore = nil
        guard let since = troubledSince else { return nil }
        troubledSince = nil
        troubles = 0
        return .ended(failures: failures, lastedMs: (now - since).wholeMilliseconds)
    }

    private mutating func postpone(
        _ trouble: Trouble, reason: String, retryAfter: Duration?, now: Instant, random: UInt64
    ) -> Change? {
        let wait = backoff.failed(random: random)
        // Jitter on top: all agents may have been told the same Retry-After.
        notBefore = now + (min(retryAfter ?? .zero, AgentLimits.retryAfterMax) + wait)
        if troubledSince == nil { troubledSince = now }
        let bit: UInt16 = 1 << trouble.rawValue
        guard troubles & bit == 0 else { return nil }
        troubles |= bit
        return .began(trouble, reason: reason)
    }
}
