import CCurl
import Writing

/// What the server's own certificate says, in OpenSSL's words.
package struct ServerCertificate {
    package var subject = ""
    /// `DNS:aggregator.internal, IP Address:10.0.0.7`.
    package var names = ""
    /// `Nov 24 08:00:00 2027 GMT`.
    package var expires = ""

    package init() {}
}

extension HTTPTransfer {
    /// The certificate of the last connection that was opened, where the request kept it.
    package var certificate: ServerCertificate? {
        var pointer: UnsafeMutableRawPointer?
        guard ccurl_get_pointer(easy, CURLINFO_CERTINFO, &pointer) == CURLE_OK,
            let info = pointer?.assumingMemoryBound(to: curl_certinfo.self).pointee,
            info.num_of_certs > 0
        else { return nil }
        var certificate = ServerCertificate()
        // The first of the chain is the server's.
        var entry = info.certinfo?[0]
        while let line = entry {
            if let data = line.pointee.data {
                let text = String(c: data)
                if text.hasPrefixBytes(of: "Subject:") {
                    certificate.subject = text.droppingBytes(8)
                } else if text.hasPrefixBytes(of: "X509v3 Subject Alternative Name:") {
                    certificate.names = text.droppingBytes(32)
                } else if text.hasPrefixBytes(of: "Expire date:") {
                    certificate.expires = text.droppingBytes(12)
                }
            }
            entry = line.pointee.next
        }
        return certificate
    }
}
