import Platform

/// Whether a request shows one of the tokens (RFC 6750, `Authorization: Bearer …`).
package final class BearerCheck: Sendable {
    /// Without a token, everybody passes, for good.
    let isOpen: Bool
    private let tokens: Lock<[Token]>

    init(_ tokens: [Token]) {
        isOpen = tokens.isEmpty
        self.tokens = Lock(tokens)
    }

    var inForce: [Token] { tokens.withLock { $0 } }

    /// From now on only these pass.
    func replace(with tokens: [Token]) {
        precondition(tokens.isEmpty == isOpen, "a check neither opens nor closes while it serves")
        self.tokens.withLock { $0 = tokens }
    }

    /// `header` is the value of `Authorization`. Every token is compared, whichever fits.
    func passes(_ header: UnsafeRawBufferPointer) -> Bool {
        guard let given = Self.credentials(header) else { return isOpen }
        var passes = isOpen
        for token in tokens.withLock({ $0 }) where token.equals(given) { passes = true }
        return passes
    }

    private static func credentials(
        _ header: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        let scheme: StaticString = "bearer "
        guard header.count > scheme.utf8CodeUnitCount else { return nil }
        for index in 0..<scheme.utf8CodeUnitCount {
            let expected = scheme.utf8Start[index]
            // The scheme's name compares without case.
            guard header[index] == expected || header[index] | 0x20 == expected else { return nil }
        }
        return UnsafeRawBufferPointer(rebasing: header[scheme.utf8CodeUnitCount...])
    }
}
