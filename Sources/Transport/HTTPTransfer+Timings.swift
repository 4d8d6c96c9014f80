import CCurl
import Writing

/// Where the time of a request went, each from its start.
package struct HTTPTimings: Sendable {
    package var nameResolved: Duration
    package var connected: Duration
    /// When TLS stood; zero without TLS.
    package var secured: Duration
    package var total: Duration
}

extension HTTPTransfer {
    /// The timings of the last request.
    package var timings: HTTPTimings {
        HTTPTimings(
            nameResolved: span(CURLINFO_NAMELOOKUP_TIME_T),
            connected: span(CURLINFO_CONNECT_TIME_T),
            secured: span(CURLINFO_APPCONNECT_TIME_T),
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
        let code = ccurl_get_long(easy, CURLINFO_NUM_CONNECTS, &count)
        // Unknown counts as a new one.
        return code == CURLE_OK ? count : 1
    }

    private func span(_ info: CURLINFO) -> Duration {
        var microseconds: curl_off_t = 0
        guard ccurl_get_size(easy, info, &microseconds) == CURLE_OK else { return .zero }
        return .microseconds(Int64(microseconds))
    }

    private func text(_ info: CURLINFO) -> String? {
        var value: UnsafePointer<CChar>?
        guard ccurl_get_text(easy, info, &value) == CURLE_OK, let value, value.pointee != 0 else {
            return nil
        }
        return String(c: value)
    }
}
