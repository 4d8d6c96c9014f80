import CFuzzer
import Telemetry

/// What SwiftPM calls `main` of this program.
@_cdecl("fuzz_status_main")
func main(
    _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
    fuzzer_run(count, arguments) { fuzzStatus($0, $1) }
}

/// Nginx's status page, from the bytes of an answer.
private func fuzzStatus(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let start else { return 0 }
    let page = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(StubStatusError) {
        let status = try StubStatus(parsing: page)
        precondition(status.active >= 0 && status.busy >= 0, "gauges are no negative numbers")
        precondition(status.busy <= max(0, status.reading &+ status.writing), "busy is a part")
    } catch {
        precondition(!error.text.isEmpty, "a refusal says why")
    }
    return 0
}
