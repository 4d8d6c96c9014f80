import AggregatorCore
import Telemetry

/// What libFuzzer calls with each input: the first byte says which reader gets the rest.
///
/// The whole path of a report (inflate, parse, apply, decide), the configuration and the
/// `stub_status` page. A crash, a hang, a leak or a sanitizer's finding is a bug.
private func read(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let bytes, count > 0 else { return 0 }
    let rest = UnsafeRawBufferPointer(start: bytes + 1, count: count - 1)
    switch bytes[0] {
    case UInt8(ascii: "j"): FuzzedReports.shared.take(rest, .identity)
    case UInt8(ascii: "z"): FuzzedReports.shared.take(rest, .compressed)
    case UInt8(ascii: "c"): _ = try? Configuration.read(Array(rest))
    case UInt8(ascii: "s"): _ = try? StubStatus(parsing: Array(rest))
    default: break
    }
    return 0
}

/// libFuzzer without its own `main`, which SwiftPM does not link.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ read: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
_ = runDriver(&count, &arguments, read)
