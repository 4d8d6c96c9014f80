/// The parts of an `http` or `https` URL that say where a request goes.
struct EndpointURL: Equatable {
    var isSecure: Bool
    /// In lower case; an IPv6 address without its brackets.
    var host: String
    var path: String

    /// `nil` for other schemes, for names and passwords in the URL, and for what is no URL.
    init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("https://") {
            isSecure = true
            rest = text.dropFirst(8)
        } else if text.hasPrefix("http://") {
            isSecure = false
            rest = text.dropFirst(7)
        } else {
            return nil
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            return nil
        }
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        path = String(rest[end...])
        guard !authority.contains("@") else { return nil }
        let port: Substring
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close].lowercased()
            port = authority[authority.index(after: close)...]
        } else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            host = authority[..<colon].lowercased()
            port = authority[colon...]
        }
        guard !host.isEmpty else { return nil }
        if !port.isEmpty {
            guard port.hasPrefix(":"), UInt16(port.dropFirst()) != nil else { return nil }
        }
    }
}
