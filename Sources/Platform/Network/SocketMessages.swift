import CPlatform

/// Walks over what one read of a sock_diag socket gave.
///
/// Source: sock_diag(7), netlink(7). A message is a header of 16 bytes (length, type, flags), then
/// an `inet_diag_msg` of 72, then attributes of a length, a type and a value each. Whatever does
/// not fit its own length, or the bytes at hand, ends the walk as `.malformed`.
package struct SocketMessages {
    package enum Message: Equatable, Sendable {
        case socket(SocketRecord, isLast: Bool)
        /// The end of a list.
        case done
        /// The kernel refuses, with an error's number.
        case failed(SystemError)
        case malformed
    }

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    /// The bytes must stay as they are while the walk goes on.
    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private static let headerBytes = MemoryLayout<nlmsghdr>.size
    private static let socketBytes = MemoryLayout<inet_diag_msg>.size
    private static let attributeHeaderBytes = MemoryLayout<nlattr>.size

    /// The next message; `nil` behind the last.
    package mutating func next() -> Message? {
        guard offset < bytes.count else { return nil }
        let start = offset
        guard bytes.count - start >= Self.headerBytes else { return malformed() }
        let header = bytes.loadUnaligned(fromByteOffset: start, as: nlmsghdr.self)
        let length = Int(header.nlmsg_len)
        guard length >= Self.headerBytes, length <= bytes.count - start else { return malformed() }
        offset = min(bytes.count, start + Self.aligned(length))
        let payload = UnsafeRawBufferPointer(
            rebasing: bytes[start + Self.headerBytes..<start + length])
        switch Int32(header.nlmsg_type) {
        case NLMSG_DONE:
            // Older kernels send no number along.
            guard payload.count >= MemoryLayout<Int32>.size else { return .done }
            let code = payload.loadUnaligned(as: Int32.self)
            return code < 0 ? .failed(SystemError(number: Self.positive(code))) : .done
        case NLMSG_ERROR:
            guard payload.count >= MemoryLayout<Int32>.size else { return malformed() }
            let code = payload.loadUnaligned(as: Int32.self)
            return .failed(SystemError(number: Self.positive(code)))
        case Int32(SOCK_DIAG_BY_FAMILY), Int32(TCPDIAG_GETSOCK):
            guard let record = Self.record(payload) else { return malformed() }
            return .socket(record, isLast: Int32(header.nlmsg_flags) & NLM_F_MULTI == 0)
        default: return malformed()
        }
    }

    private mutating func malformed() -> Message {
        offset = bytes.count
        return .malformed
    }

    private static func positive(_ code: Int32) -> Int32 { code == .min ? EPROTO : abs(code) }

    private static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }

    private static func record(_ payload: UnsafeRawBufferPointer) -> SocketRecord? {
        guard payload.count >= socketBytes else { return nil }
        let message = payload.loadUnaligned(as: inet_diag_msg.self)
        let family: LocalAddress.Family
        switch Int32(message.idiag_family) {
        case AF_INET: family = .ip4
        case AF_INET6: family = .ip6
        default: return nil
        }
        let state = SocketRecord.State(number: message.idiag_state)
        let cookie = message.id.idiag_cookie
        var record = SocketRecord(
            state: state,
            local: LocalAddress(
                family: family, words: message.id.idiag_src,
                port: UInt16(bigEndian: message.id.idiag_sport)),
            receiveQueue: Int(message.idiag_rqueue),
            queueLimit: state == .listening ? Int(message.idiag_wqueue) : nil,
            user: message.idiag_uid, cookie: UInt64(cookie.1) << 32 | UInt64(cookie.0))
        // Of a connection nothing more is asked.
        guard state == .listening else { return record }
        return addAttributes(payload, to: &record) ? record : nil
    }

    /// Whether the attributes are whole.
    private static func addAttributes(
        _ payload: UnsafeRawBufferPointer, to record: inout SocketRecord
    ) -> Bool {
        var offset = socketBytes
        while offset < payload.count {
            guard payload.count - offset >= attributeHeaderBytes else { return false }
            let header = payload.loadUnaligned(fromByteOffset: offset, as: nlattr.self)
            let length = Int(header.nla_len)
            guard length >= attributeHeaderBytes, length <= payload.count - offset else {
                return false
            }
            let value = offset + attributeHeaderBytes
            let end = offset + length
            switch Int(header.nla_type) {
            case Int(INET_DIAG_SKMEMINFO):
                let place = value + Int(SK_MEMINFO_DROPS) * MemoryLayout<UInt32>.size
                if place + MemoryLayout<UInt32>.size <= end {
                    record.drops = payload.loadUnaligned(fromByteOffset: place, as: UInt32.self)
                }
            case Int(INET_DIAG_CGROUP_ID):
                if value + MemoryLayout<UInt64>.size <= end {
                    record.cgroup = payload.loadUnaligned(fromByteOffset: value, as: UInt64.self)
                }
            default: break
            }
            offset += aligned(length)
        }
        return true
    }
}
