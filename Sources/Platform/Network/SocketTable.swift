/// Reads rows of `/proc/net/tcp` and `/proc/net/tcp6`: what sock_diag says, where it may not be
/// asked.
///
/// ```
///   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout …
///    0: 0100007F:1FB1 00000000:0000 0A 00000000:00000003 00:00000000 00000000   101        0 …
/// ```
/// Source: proc(5), `get_tcp4_sock` and `get_tcp6_sock` in the kernel. An address is written as the
/// words that memory holds, so in reverse on most machines. How many may wait is not in there.
package enum SocketTable {
    /// What a row says; `nil` when it is the head, or no row.
    package static func record(
        row: UnsafeRawBufferPointer, family: LocalAddress.Family
    ) -> SocketRecord? {
        var scanner = ProcScanner(row)
        guard scanner.skipSpaces(), scanner.number() != nil, scanner.skip(": "),
            let words = words(&scanner, family), scanner.skip(":"),
            let port = scanner.hexadecimal(digits: 4), scanner.skip(" ")
        else { return nil }
        // The far end.
        scanner.skipWord()
        guard scanner.skip(" "), let state = scanner.hexadecimal(digits: 2), scanner.skip(" "),
            scanner.hexadecimal(digits: 8) != nil, scanner.skip(":"),
            let received = scanner.hexadecimal(digits: 8), scanner.skip(" ")
        else { return nil }
        // The timer, and how often something was sent again.
        scanner.skipWord()
        guard scanner.skip(" ") else { return nil }
        scanner.skipWord()
        guard let user = scanner.number() else { return nil }
        return SocketRecord(
            state: .init(number: UInt8(state)),
            local: LocalAddress(family: family, words: words, port: UInt16(port)),
            receiveQueue: Int(received), user: UInt32(truncatingIfNeeded: user))
    }

    private static func words(
        _ scanner: inout ProcScanner, _ family: LocalAddress.Family
    ) -> (UInt32, UInt32, UInt32, UInt32)? {
        guard let first = word(&scanner) else { return nil }
        guard family == .ip6 else { return (first, 0, 0, 0) }
        guard let second = word(&scanner), let third = word(&scanner), let fourth = word(&scanner)
        else { return nil }
        return (first, second, third, fourth)
    }

    private static func word(_ scanner: inout ProcScanner) -> UInt32? {
        scanner.hexadecimal(digits: 8).flatMap { UInt32(exactly: $0) }
    }
}
