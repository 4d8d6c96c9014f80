import Platform
import Values
import Writing

/// Where nginx gives its status page: always within the own task.
package struct StatusTarget: Sendable {
    package let address: SocketAddress
    /// The value of the Host header.
    package let host: String
    /// The path on the server.
    package let path: String
    /// The setting's text, for people.
    package let text: String

    private init(address: SocketAddress, host: String, path: String, text: String) {
        self.address = address
        self.host = host
        self.path = path
        self.text = text
    }

    /// The same page at another address.
    func moved(to address: SocketAddress) -> StatusTarget {
        StatusTarget(address: address, host: host, path: path, text: text)
    }

    /// Reads `http://127.0.0.1:8113/nginx_status` or `unix:/path.sock:/nginx_status`; `nil` when
    /// it is neither. A host is an address or `localhost`, since looking up a name would block.
    package init?(_ text: String) {
        self.text = text
        let bytes = text.bytes
        guard bytes.count <= 1024, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        if text.hasPrefixBytes(of: "unix:") {
            // The path of the socket ends at the last colon.
            guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")), colon > 5 else { return nil }
            let socket = String(bytes: bytes[5..<colon])
            let path = String(bytes: bytes[(colon + 1)...])
            guard path.hasPrefixBytes(of: "/"),
                socket.hasPrefixBytes(of: "/") || socket.hasPrefixBytes(of: "@"),
                socket.bytes.count < 108
            else { return nil }
            address = .unix(path: socket)
            host = "localhost"
            self.path = path
            return
        }
        guard text.hasPrefixBytes(of: "http://") else { return nil }
        let rest = Array(bytes[7...])
        let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.count
        guard let (name, port) = Authority.split(Array(rest[..<slash]), standardPort: 80),
            name.hasBytes(of: "localhost") || SocketAddress.isLiteral(name)
        else { return nil }
        address = .ip(host: name.hasBytes(of: "localhost") ? "127.0.0.1" : name, port: port)
        host = String(bytes: rest[..<slash])
        path = slash == rest.count ? "/" : String(bytes: rest[slash...])
    }
}
