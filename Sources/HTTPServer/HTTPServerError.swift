import CMicrohttpd

/// Why a listener did not start.
package enum HTTPServerError: Error, Equatable {
    case optionOutOfRange(key: String, value: Int, lowest: Int, highest: Int)
    /// `code` is the system's `errno`.
    case cannotListen(address: String, port: UInt16, code: Int32)
    /// libmicrohttpd gives no reason; threads or descriptors have run out.
    case cannotStart(address: String, port: UInt16)
    /// Which file, and what is wrong with it.
    case certificateInvalid(reason: String)
}

extension HTTPServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .optionOutOfRange(let key, let value, let lowest, let highest):
            "\(key) must be from \(lowest) to \(highest), not \(value)"
        case .cannotListen(let address, let port, EINVAL):
            "cannot listen on \(address) port \(port): not a numeric IPv4 or IPv6 address"
        case .cannotListen(let address, let port, let code):
            "cannot listen on \(address) port \(port): \(String(cString: strerror(code)))"
        case .certificateInvalid(let reason): reason
        case .cannotStart(let address, let port):
            "cannot serve on \(address) port \(port): out of threads or descriptors"
        }
    }
}
