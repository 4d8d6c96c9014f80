import CMicrohttpd

/// Where a connection comes from; IPv4 as IPv6 maps it (RFC 4291, 2.5.5.2).
struct PeerAddress: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// `nil` when it is not known.
    init?(of handle: OpaquePointer) {
        var bytes = (UInt64(0), UInt64(0))
        let isKnown = withUnsafeMutableBytes(of: &bytes) {
            microhttpd_peer_bytes(handle, $0.baseAddress) != 0
        }
        guard isKnown else { return nil }
        self.init(high: UInt64(bigEndian: bytes.0), low: UInt64(bigEndian: bytes.1))
    }

    init(high: UInt64, low: UInt64) {
        (self.high, self.low) = (high, low)
    }

    /// ::1, or 127.0.0.0/8.
    var isLoopback: Bool {
        high == 0 && (low == 1 || low >> 24 == 0xFFFF_7F)
    }
}
