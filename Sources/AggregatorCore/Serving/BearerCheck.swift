import Platform
import Synchronization

/// Whose token a request shows (RFC 6750, `Authorization: Bearer …`).
///
/// Tokens come in groups: all of one group speak for the same services.
package final class BearerCheck: Sendable {
    /// Without a token, everybody passes, for good.
    let isOpen: Bool
    private let groups: Lock<[[Token]]>
    private let replacements = Atomic(0)

    init(groups: [[Token]]) {
        isOpen = groups.allSatisfy(\.isEmpty)
        self.groups = Lock(groups)
    }

    convenience init(_ tokens: [Token]) {
        self.init(groups: [tokens])
    }

    var inForce: [Token] { groups.withLock { Array($0.joined()) } }

    /// Another number whenever other tokens are in force.
    var generation: Int { replacements.load(ordering: .relaxed) }

    func inForce(except group: Int) -> [Token] {
        groups.withLock { groups in
            groups.enumerated().filter { $0.offset != group }.flatMap(\.element)
        }
    }

    /// From now on only these of the group pass.
    func replace(_ group: Int, with tokens: [Token]) {
        replacements.add(1, ordering: .relaxed)
        groups.withLock { groups in
            precondition(
                tokens.isEmpty == groups[group].isEmpty,
                "a check neither opens nor closes while it serves")
            groups[group] = tokens
        }
    }

    /// `header` is the value of `Authorization`, and `nil` without one; the token's group, `nil`
    /// when it is nobody's. Every token is compared, whichever fits.
    func group(of header: UnsafeRawBufferPointer?) -> Int? {
        var found: Int? = isOpen ? 0 : nil
        guard let header, let given = Self.credentials(header) else { return found }
        for (index, tokens) in groups.withLock({ $0 }).enumerated() {
            for token in tokens where token.equals(given) { found = index }
        }
        return found
    }

    func passes(_ header: UnsafeRawBufferPointer) -> Bool { group(of: header) != nil }

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
