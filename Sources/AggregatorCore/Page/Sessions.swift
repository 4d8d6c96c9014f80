import Platform
import Values

/// Operators who signed in on the page, and how often somebody may guess.
///
/// A session is a random number that the browser keeps in a cookie which no script reads. It ends
/// after `sessionFor`, when the operator signs out, and when the operators' tokens are others.
/// Guessing: an address has five attempts that fail, then one each ten seconds.
struct Sessions: Sendable {
    struct Session: Equatable, Sendable {
        let id: [UInt8]
        let until: Instant
        /// Of the tokens it was begun with.
        let generation: Int
    }

    enum Refusal: Error, Equatable {
        /// Too many attempts: come again after so long.
        case tooMany(Duration)
        case wrong
    }

    private var open: [Session] = []
    private var guesses: [String: TokenBucket] = [:]

    var count: Int { open.count }

    /// `isRight` is asked only where another attempt is allowed.
    mutating func begin(
        from address: String, generation: Int, now: Instant, isRight: () -> Bool
    ) -> Result<Session, Refusal> {
        forget(now: now)
        var bucket =
            guesses[address]
            ?? TokenBucket(
                burst: AggregatorLimits.guessesAtOnce, perSecond: AggregatorLimits.guessesPerSecond,
                now: now)
        if case .failure(let refusal) = bucket.reserve(now: now, waitMax: .zero) {
            return .failure(.tooMany(refusal.wait))
        }
        guard isRight() else {
            note(bucket, of: address)
            return .failure(.wrong)
        }
        // Who knows the token guesses no more.
        guesses[address] = nil
        let session = Session(
            id: Self.randomID(), until: now + AggregatorLimits.sessionFor, generation: generation)
        if open.count >= AggregatorLimits.sessionsMax { open.removeFirst() }
        open.append(session)
        return .success(session)
    }

    func session(_ id: UnsafeRawBufferPointer, generation: Int, now: Instant) -> Session? {
        open.first { session in
            session.until > now && session.generation == generation
                && Token(session.id).equals(id)
        }
    }

    mutating func end(_ session: Session) {
        open.removeAll { $0 == session }
    }

    private mutating func note(_ bucket: TokenBucket, of address: String) {
        if guesses.count >= AggregatorLimits.guessersMax, guesses[address] == nil {
            // Somebody else's count is lost: one more attempt for whoever has as many addresses.
            guesses.remove(at: guesses.startIndex)
        }
        guesses[address] = bucket
    }

    private mutating func forget(now: Instant) {
        open.removeAll { $0.until <= now }
    }

    /// 128 bits from the kernel, as 32 hexadecimal digits.
    private static func randomID() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef".utf8)
        return (0..<32).map { _ in digits[Int(random.next() & 15)] }
    }
}
