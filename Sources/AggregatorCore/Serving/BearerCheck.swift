/// Whether a request shows one of the tokens (RFC 6750, `Authorization: Bearer …`).
struct BearerCheck: Sendable {
    private let tokens: [Token]

    /// With no token, everybody passes.
    init(_ tokens: [Token]) {
        self.tokens = tokens
    }

    var isOpen: Bool { tokens.isEmpty }

    /// `header` is the value of `Authorization`. Every token is compared, whichever fits.
    func passes(_ header: UnsafeRawBufferPointer) -> Bool {
        guard let given = Self.credentials(header) else { return isOpen }
        var passes = isOpen
        for token in tokens where token.equals(given) { passes = true }
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
