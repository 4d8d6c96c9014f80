import CLoad

/// Why a bench has no result.
enum MeasurementError: Error, CustomStringConvertible {
    case missing(what: String, advice: String)
    case systemCall(String, code: Int32)
    case notReady(what: String, log: String)
    case gone(what: String)
    /// The server did not do what is measured.
    case wrongAnswers(what: String)
    case tooSlow(what: String)

    var description: String {
        switch self {
        case .missing(let what, let advice): "\(what) is missing: \(advice)"
        case .systemCall(let name, let code): "\(name) failed: \(String(cString: strerror(code)))"
        case .notReady(let what, let log): "\(what) does not answer; it said:\n\(log)"
        case .gone(let what): "\(what) has ended"
        case .wrongAnswers(let what): what
        case .tooSlow(let what): what
        }
    }
}
