import CCurl

/// Where the time of a request went, each from its start.
package struct HTTPTimings: Sendable {
    package var nameResolved: Duration
    package var connected: Duration
    /// When TLS stood; zero without TLS.
    package var secured: Duration
    package var firstByte: Duration
    package var total: Duration
}

extension HTTPTransfer {
    /// The timings of the last request.
    package var timings: HTTPTimings {
        HTTPTimings(
            nameResolved: span(CURLINFO_NAMELOOKUP_TIME_T),
            connected: span(CURLINFO_CONNECT_TIME_T),
            secured: span(CURLINFO_APPCONNECT_TIME_T),
            firstByte: span(CURLINFO_STARTTRANSFER_TIME_T),
            total: span(CURLINFO_TOTAL_TIME_T))
    }

    /// The address the last request reached; `nil` when it reached none.
    package var peerAddress: String? {
        text(CURLINFO_PRIMARY_IP)
    }

    /// Where the last answer redirects to, as an absolute URL; redirects are never followed here.
    package var redirectURL: String? {
        text(CURLINFO_REDIRECT_URL)
    }

    /// How many connections the last request opened: 0 when a kept one served.
    package var connectionsOpened: Int {
        var count = 0
        _ = ccurl_get_long(easy, CURLINFO_NUM_CONNECTS, &count)
        return count
    }

    private func span(_ info: CURLINFO) -> Duration {
        var microseconds: curl_off_t = 0
        _ = ccurl_get_size(easy, info, &microseconds)
        return .microseconds(Int64(microseconds))
    }

    private func text(_ info: CURLINFO) -> String? {
        var value: UnsafePointer<CChar>?
        _ = ccurl_get_text(easy, info, &value)
        guard let value, value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}
