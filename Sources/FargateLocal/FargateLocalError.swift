import HTTPServer

/// Why Fargate on a laptop does not start, or a part of it does not.
package enum FargateLocalError: Error, Equatable, CustomStringConvertible {
    case badOption(name: String, value: String, expected: String)
    case unknownOption(String)
    case missingFile(what: String, path: String)
    case cannotWrite(path: String, reason: String)
    /// This machine, or this user, may not.
    case notAllowed(what: String, reason: String)
    case cannotSpawn(path: String, reason: String)
    case cannotGuard(reason: String)
    case noFreePort(lowest: UInt16, highest: UInt16)
    case server(HTTPServerError)
    case service(name: String, reason: String)
    case notHealthy(what: String, log: String)
    /// Something was waited for and did not come.
    case timedOut(what: String, seconds: Int)

    package var description: String {
        switch self {
        case .badOption(let name, let value, let expected):
            "\(name) must be \(expected), not \"\(value)\""
        case .unknownOption(let name): "unknown option \(name)"
        case .missingFile(let what, let path): "\(what) is not at \(path)"
        case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
        case .notAllowed(let what, let reason): "\(what): \(reason)"
        case .cannotSpawn(let path, let reason): "cannot start \(path): \(reason)"
        case .cannotGuard(let reason): "cannot start the guardian: \(reason)"
        case .noFreePort(let lowest, let highest): "no free port from \(lowest) to \(highest)"
        case .server(let error): error.description
        case .service(let name, let reason): "service \(name): \(reason)"
        case .notHealthy(let what, let log): "\(what) does not answer; it said:\n\(log)"
        case .timedOut(let what, let seconds): "\(what) took longer than \(seconds) s"
        }
    }
}
