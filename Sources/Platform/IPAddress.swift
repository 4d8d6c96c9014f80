import CPlatform

/// An IPv4 or IPv6 address, which may be written in many ways; IPv4 as IPv6 maps it (RFC 4291,
/// 2.5.5.2).
package struct IPAddress: Equatable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// `nil` when the text is no address.
    package init?(_ text: String) {
        var bytes = (UInt64(0), UInt64(0))
        let isAddress = withUnsafeMutableBytes(of: &bytes) { bytes in
            text.withCString { platform_parse_address($0, bytes.baseAddress) }
        }
        guard isAddress != 0 else { return nil }
        (high, low) = bytes
    }
}
