import Transport

/// Asks the aggregator that runs beside, on this machine, whether it serves: `GET /healthz`.
package enum HealthCheck {
    /// Blocks for at most two seconds; the text says what is wrong, `nil` is healthy.
    package static func problem(_ listen: ListenConfiguration) -> String? {
        let scheme = listen.tls == nil ? "http" : "https"
        let url = "\(scheme)://\(host(listen.address)):\(listen.port)/healthz"
        var request = HTTPRequest(.get, url)
        request.connectTimeout = .seconds(1)
        request.timeout = .seconds(2)
        do {
            let status = try HTTPTransfer().send(request)
            return status == 200 ? nil : "\(url) answers \(status)"
        } catch .tlsFailed where listen.tls != nil {
            // The certificate names another host: that TLS is spoken there is what can be seen here.
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

extension HTTPTransfer {
    fileprivate func send(_ request: HTTPRequest) throws(TransportError) -> Int {
        try prepare(request)
        return try perform()
    }
}
