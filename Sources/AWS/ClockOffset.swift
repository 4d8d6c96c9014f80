import Synchronization
import Values

/// By how much AWS's clock is ahead of this machine's, as AWS's answers show.
///
/// AWS refuses what was signed more than five minutes off. Then the call is signed once more with
/// the time that the answer tells, as the SDKs do, and so is what follows. For example, our clock
/// says 12:00, AWS answers "signature expired" at 12:07: from then on calls are signed with seven
/// minutes more. When our clock is set right, the next refusal takes the seven minutes back.
final class ClockOffset: Sendable {
    /// What is less is not why AWS refuses.
    private static let leastMs: Int64 = 60_000
    private let offsetMs = Atomic<Int64>(0)

    var ms: Int64 { offsetMs.load(ordering: .relaxed) }

    /// Whether the refusal is of the clock, and signing again helps.
    func learn(from refusal: AWSRefusal, wallMs: Int64) -> Bool {
        guard refusal.isOfClock, let dateMs = refusal.dateMs else { return false }
        guard (dateMs - wallMs - ms).magnitude >= Self.leastMs.magnitude else { return false }
        let offset = dateMs - wallMs
        offsetMs.store(offset.magnitude < Self.leastMs.magnitude ? 0 : offset, ordering: .relaxed)
        return true
    }

    /// The date to sign with; `nil` where our clock is right: `20261125T200146Z`.
    func date(wallMs: Int64) -> String? {
        guard ms != 0 else { return nil }
        let text = UTCTime.text(ms: wallMs + ms)
        return String(text.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
    }
}

extension AWSRefusal {
    private static let clockCodes: Set<String> = [
        "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture",
    ]
    private static let clockWords = ["Signature expired", "Signature not yet current"]

    /// Whether AWS refused the time that the call was signed with.
    var isOfClock: Bool {
        Self.clockCodes.contains(code) || Self.clockWords.contains { message.contains($0) }
    }
}
