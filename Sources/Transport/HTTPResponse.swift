#if !hasFeature(Embedded)
import CCurl

/// A whole answer, apart from the transfer that brought it.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let body: [UInt8]
    package let timings: HTTPTimings
    /// How many connections the request opened: 0 when a kept one served.
    package let connectionsOpened: Int
    /// Names in lower case.
    private let headers: [String: String]

    /// The value of a header, whatever the name's case; of several alike, the last.
    package func header(_ name: String) -> String? {
        headers[name.lowercased()]
    }

    init(_ transfer: HTTPTransfer, status: Int) {
        self.status = status
        body = transfer.body
        timings = transfer.timings
        connectionsOpened = transfer.connectionsOpened
        headers = transfer.headers
    }
}

extension HTTPTransfer {
    /// All headers of the last answer; libcurl bounds them (300 KB in all).
    fileprivate var headers: [String: String] {
        var all: [String: String] = [:]
        var previous: UnsafeMutablePointer<curl_header>?
        while let next = curl_easy_nextheader(easy, UInt32(CURLH_HEADER), -1, previous) {
            let name = String(cString: next.pointee.name).lowercased()
            all[name] = String(cString: next.pointee.value)
            previous = next
        }
        return all
    }
}
#endif
