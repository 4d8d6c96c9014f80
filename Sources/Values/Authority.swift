import Writing

/// The host and port of a URL (RFC 3986, section 3.2, without user).
package enum Authority {
    /// Splits `host`, `host:port` or `[v6]:port`; `nil` when it is none of them.
    package static func split(_ bytes: [UInt8], standardPort: Int) -> (host: String, port: Int)? {
        var name = bytes[...]
        var port: Int? = standardPort
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            name = bytes[1..<end]
            let rest = bytes[(end + 1)...]
            if let colon = rest.first {
                guard colon == UInt8(ascii: ":") else { return nil }
                port = String(bytes: rest.dropFirst()).wholeNumber
            }
        } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            name = bytes[..<colon]
            port = String(bytes: bytes[(colon + 1)...]).wholeNumber
        }
        guard let port, (1...65535).contains(port), !name.isEmpty else { return nil }
        return (String(bytes: name), port)
    }
}
