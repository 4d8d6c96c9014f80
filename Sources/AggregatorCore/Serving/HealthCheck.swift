import Transport

/// Asks the aggregator on this machine whether it serves: `GET /healthz`.
///
/// Whether its certificate is one that agents accept is not asked: it names the aggregator and not
/// loopback, and a container that is started again comes up with the same one. Where clients must
/// show a certificate, this one has none to show: that the handshake is made is what can be seen.
package enum HealthCheck {
    /// Blocks for at most two seconds; the text says what is wrong, `nil` is healthy.
    package static func problem(_ listen: ListenConfiguration) -> String? {
        let scheme = listen.tls == nil ? "http" : "https"
        let url = "\(scheme)://\(host(listen.address)):\(listen.port)/healthz"
        var request = HTTPRequest(.get, url)
        request.connectTimeout = .seconds(1)
        request.timeout = .seconds(2)
        request.acceptsAnyCertificate = listen.tls != nil
        let transfer = HTTPTransfer()
        do {
            try transfer.prepare(request)
            let status = try transfer.perform()
            return status == 200 ? nil : "\(url) answers \(status)"
        } catch .answerBroken
            where listen.tls?.clientAuthoritiesFile != nil && transfer.timings.secured > .zero
        {
            return nil
        } catch {
            return "\(url): \(error.text)"
        }
    }

    private static func host(_ address: String) -> String {
        switch address {
        case "0.0.0.0", "::": "127.0.0.1"
        default: address.contains(":") ? "[\(address)]" : address
        }
    }
}
