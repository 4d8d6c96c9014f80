import Values
import Writing

/// Where reports go, as a base address without a trailing slash.
package struct AggregatorAddress: Sendable {
    package let base: String
    package let isSecure: Bool

    /// The address of the resource that takes reports.
    package var reportsURL: String { Text("").add(base).add("/v1/reports").string }

    /// The host as it is resolved, and the port as it is connected to.
    package let host: String
    package let port: Int

    /// No address, where none is given: nothing is sent there.
    init() {
        (base, isSecure, host, port) = ("", false, "", 0)
    }

    /// For `HTTPRequest.connectTo`: this name and port by one address of the name.
    @inline(never)
    package func connection(to address: String) -> String {
        let isV6 = address.bytes.contains(UInt8(ascii: ":"))
        return Text("").add(host).add(":").add(port).add(isV6 ? ":[" : ":").add(address)
            .add(isV6 ? "]:" : ":").add(port).string
    }

    /// Reads `http://host:port` or `https://…`, with a path or without; `nil` for anything else.
    /// User, query and fragment are refused: a credential belongs in `AGGREGATOR_TOKEN`.
    @inline(never)
    package init?(_ text: String) {
        isSecure = text.hasPrefixBytes(of: "https://")
        guard isSecure || text.hasPrefixBytes(of: "http://") else { return nil }
        var bytes = text.bytes
        guard bytes.count <= 1024, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        for byte in bytes where byte == 0x40 || byte == 0x3F || byte == 0x23 { return nil }
        while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        let schemeBytes = isSecure ? 8 : 7
        guard bytes.count > schemeBytes, bytes[schemeBytes] != UInt8(ascii: "/"),
            bytes[schemeBytes] != UInt8(ascii: ":")
        else { return nil }
        let rest = bytes[schemeBytes...]
        let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        guard
            let (host, port) = Authority.split(
                Array(rest[..<end]), standardPort: isSecure ? 443 : 80)
        else { return nil }
        self.host = host
        self.port = port
        base = String(bytes: bytes)
    }
}
