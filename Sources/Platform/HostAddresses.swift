import CPlatform
import Writing

/// Addresses as people and configuration write them.
package enum HostAddresses {
    /// More of a name's addresses, or of this machine's, are not looked at.
    package static let countMax = 8

    /// Why a name has no address.
    package struct Failure: Error {
        package let reason: String
    }

    /// The addresses of a name, in the order to try them; blocks as long as the resolver does.
    package static func resolve(_ host: String) throws(Failure) -> [String] {
        var reason: UnsafePointer<CChar>?
        var count: Int32 = 0
        let addresses = collect { texts in
            count = platform_resolve(host.cString, texts, Int32(countMax), &reason)
            return count
        }
        guard count >= 0 else {
            throw Failure(reason: reason.map { String(c: $0) } ?? "no reason given")
        }
        return addresses
    }

    /// Begins to look up a name's addresses on a thread of its own; nothing when it cannot, or
    /// another lookup is under way.
    package static func beginLookup(_ host: String) {
        _ = platform_begin_lookup(host.cString)
    }

    /// What the lookup brought, once it has ended; empty when the name has no address, or nobody
    /// knows it.
    package static func takeLookup() -> [String]? {
        var isEnded = false
        let addresses = collect { texts in
            let count = platform_take_lookup(texts)
            isEnded = count >= 0
            return count
        }
        return isEnded ? addresses : nil
    }

    /// This machine's addresses, without loopback and link-local ones.
    package static func own() -> [String] {
        collect { platform_own_addresses($0, Int32(countMax)) }
    }

    private static func collect(_ fill: (UnsafeMutablePointer<CChar>) -> Int32) -> [String] {
        let width = Int(PLATFORM_ADDRESS_BYTES)
        let texts = UnsafeMutablePointer<CChar>.allocate(capacity: width * countMax)
        texts.initialize(repeating: 0, count: width * countMax)
        defer { texts.deallocate() }
        var list: [String] = []
        for index in 0..<max(0, Int(fill(texts))) {
            list.append(String(c: texts + index * width))
        }
        return list
    }
}
