import CFuzzer
import Platform

/// What SwiftPM calls `main` of this program.
@_cdecl("fuzz_sockets_main")
func main(
    _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
    fuzzer_run(count, arguments) { fuzzSockets($0, $1) }
}

/// What the kernel says of sockets, as texts of `/proc/net` and as messages of sock_diag; the first
/// byte chooses.
private func fuzzSockets(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let start, count > 0 else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
    switch start.pointee % 4 {
    case 0:
        let number = SocketCounters.number(after: "TCP: inuse ", in: bytes)
        precondition(number ?? 0 >= 0, "a count is no negative number")
    case 1: _ = SocketCounters.value(of: "ListenDrops", group: "TcpExt:", in: bytes)
    case 2:
        for family in [LocalAddress.Family.ip4, .ip6] {
            let record = SocketTable.record(row: bytes, family: family)
            precondition(record?.receiveQueue ?? 0 >= 0, "a queue is no negative number")
        }
    default:
        var walk = SocketMessages(bytes)
        var found = 0
        while walk.next() != nil { found += 1 }
        precondition(found <= bytes.count / 4 + 1, "a message has a header")
    }
    return 0
}
