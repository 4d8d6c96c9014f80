import Foundation

/// The template of `nginx/` as a case wants it, in a folder of its own.
struct TaskTemplate {
    private let folder: BenchFolder

    /// For `FargatePrograms.nginxDirectory`.
    var path: String { folder.url.path }

    private static let shipped = "nginx/templates/default.conf.template"
    /// Half a megabyte of words takes gzip some 30 ms at level 9.
    private static let fileBytes = 512 * 1024

    init(_ wanted: SaturationCase) throws {
        folder = try BenchFolder("template-\(wanted.name)")
        var text = try String(contentsOfFile: Self.shipped, encoding: .utf8)
        func replace(_ old: String, _ new: String) throws {
            guard let range = text.firstRange(of: old) else {
                throw BenchError("\(Self.shipped) has no \(old)")
            }
            text.replaceSubrange(range, with: new)
        }
        let ssl = wanted.usesTLS ? " ssl" : ""
        try replace(
            "listen ${NGINX_LISTEN} backlog=4096;",
            "listen ${NGINX_LISTEN}\(ssl) backlog=\(wanted.backlog);")
        if wanted.usesTLS { try replace("access_log off;", try certificate()) }
        if wanted.page == .compressed { try replace("location / {", try compressed()) }
        if !wanted.keepsStatus {
            try replace("keepalive_requests 1000000;", "keepalive_timeout 0;")
        }
        let templates = folder.url.appending(path: "templates")
        try FileManager.default.createDirectory(at: templates, withIntermediateDirectories: true)
        try text.write(
            to: templates.appending(path: "default.conf.template"), atomically: true,
            encoding: .utf8)
    }

    /// Each handshake is a full one.
    private func certificate() throws -> String {
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        openssl.arguments = [
            "req", "-x509", "-newkey", "rsa:4096", "-nodes", "-days", "2", "-subj", "/CN=local",
            "-keyout", "\(path)/key.pem", "-out", "\(path)/certificate.pem",
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        guard openssl.terminationStatus == 0 else { throw BenchError("openssl made no key") }
        return """
            access_log off;
                ssl_certificate \(path)/certificate.pem;
                ssl_certificate_key \(path)/key.pem;
                ssl_session_cache off;
                ssl_session_tickets off;
            """
    }

    private func compressed() throws -> String {
        var words = ""
        var number: UInt64 = 88_172_645_463_325_252
        while words.utf8.count < Self.fileBytes {
            // Xorshift (Marsaglia 2003): enough to keep gzip busy.
            number ^= number << 13
            number ^= number >> 7
            number ^= number << 17
            words += String(number % 100_000, radix: 36) + " "
        }
        let large = folder.url.appending(path: "large")
        try FileManager.default.createDirectory(at: large, withIntermediateDirectories: true)
        try words.write(
            to: large.appending(path: "page"), atomically: true, encoding: .utf8)
        return """
            location /large/ {
                    root \(path);
                    default_type text/plain;
                    gzip on;
                    gzip_comp_level 9;
                    gzip_types text/plain;
                }

                location / {
            """
    }
}
