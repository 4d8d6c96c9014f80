import Testing
import Values

@testable import AggregatorCore

@Suite struct SessionsTests {
    private static let start = Instant(nanoseconds: 1_000_000_000)
    private var sessions = Sessions()

    private func at(_ seconds: Int) -> Instant { Self.start + .seconds(seconds) }

    private mutating func begin(
        _ isRight: Bool, from address: String = "192.0.2.1", generation: Int = 0, at seconds: Int
    ) -> Result<Sessions.Session, Sessions.Refusal> {
        sessions.begin(from: address, generation: generation, now: at(seconds)) { isRight }
    }

    private func isIn(_ id: [UInt8], generation: Int = 0, at seconds: Int) -> Bool {
        id.withUnsafeBytes {
            sessions.session($0, generation: generation, now: at(seconds)) != nil
        }
    }

    @Test mutating func aSessionEndsByItselfAndWithTheToken() throws {
        let session = try begin(true, at: 0).get()
        #expect(session.id.count == 32)
        #expect(isIn(session.id, at: 1_799))
        #expect(!isIn(session.id, at: 1_800))
        #expect(!isIn(session.id, generation: 1, at: 1), "the tokens are others")
        #expect(!isIn(Array(session.id.dropLast()), at: 1))
        #expect(!isIn([], at: 1))
        sessions.end(session)
        #expect(!isIn(session.id, at: 1))
    }

    @Test mutating func guessingIsSlowedForOneAddressAlone() {
        for _ in 0..<5 { #expect(begin(false, at: 0) == .failure(.wrong)) }
        guard case .failure(.tooMany(let wait)) = begin(true, at: 0) else {
            Issue.record("the sixth attempt is looked at")
            return
        }
        #expect(wait > .seconds(9) && wait <= .seconds(10))
        #expect((try? begin(true, from: "192.0.2.2", at: 0).get()) != nil)
        #expect(begin(false, at: 10) == .failure(.wrong))
        // Who knows it, knows it.
        #expect((try? begin(true, at: 20).get()) != nil)
        for _ in 0..<5 { #expect(begin(false, at: 20) == .failure(.wrong)) }
    }

    @Test mutating func sessionsAndGuessersAreLimited() throws {
        let first = try begin(true, at: 0).get()
        for _ in 0..<AggregatorLimits.sessionsMax { _ = begin(true, at: 0) }
        #expect(sessions.count == AggregatorLimits.sessionsMax)
        #expect(!isIn(first.id, at: 0), "the oldest gives way")
        for guesser in 0..<3_000 { _ = begin(false, from: "g\(guesser)", at: 0) }
        #expect(begin(false, from: "one more", at: 0) == .failure(.wrong))
    }

    @Test func theCookieIsFoundAmongOthers() {
        let id = String(repeating: "a", count: 32)
        for header in ["session=\(id)", "x=1; session=\(id)", "session=\(id);y=session"] {
            #expect(SessionRoute.cookie(header) == Array(id.utf8))
        }
        for header in ["", "session=", "session=abc", "xsession=\(id)", "session=\(id)a"] {
            #expect(SessionRoute.cookie(header) == nil)
        }
    }
}
