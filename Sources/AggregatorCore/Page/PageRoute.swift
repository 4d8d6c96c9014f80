import CDeflate
import HTTPServer

/// The page at `/` and what it consists of, out of the program itself; each made once.
///
/// Nothing of it comes from elsewhere, and its policy lets the browser ask nobody else.
struct PageRoute: Sendable {
    fileprivate struct File: Sendable {
        let gzipped: PreparedResponse
        let plain: PreparedResponse
        let unchanged: PreparedResponse
        let tag: String
    }

    private let files: [String: File]

    init() {
        files = [
            "/": File(PackageResources.index_html, "text/html; charset=utf-8"),
            "/page.css": File(PackageResources.page_css, "text/css; charset=utf-8"),
            "/page.js": File(PackageResources.page_js, "text/javascript; charset=utf-8"),
            "/icon.svg": File(PackageResources.icon_svg, "image/svg+xml"),
            "/v1/openapi.json": File(PackageResources.openapi_json, "application/json"),
        ]
    }

    /// `nil` for a path that is none of its own.
    func reply(to request: borrowing HTTPRequest, _ path: String) -> HTTPReply? {
        guard let file = files[path] else { return nil }
        if request.header("If-None-Match") == file.tag { return .prepared(file.unchanged) }
        let takesGzip = request.header("Accept-Encoding")?.contains("gzip") == true
        return .prepared(takesGzip ? file.gzipped : file.plain)
    }
}

extension PageRoute.File {
    /// Browsers take nothing from elsewhere, run no script in the page itself, and show it in no
    /// frame.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    fileprivate init(_ bytes: [UInt8], _ contentType: String) {
        tag = "\"\(AggregatorVersion.text)-\(bytes.count)-\(Self.sum(bytes))\""
        let headers = [
            HTTPResponse.Header("ETag", tag), HTTPResponse.Header("Cache-Control", "no-cache"),
            HTTPResponse.Header("Vary", "Accept-Encoding"),
            HTTPResponse.Header("Content-Security-Policy", Self.policy),
            HTTPResponse.Header("X-Content-Type-Options", "nosniff"),
            HTTPResponse.Header("Referrer-Policy", "no-referrer"),
        ]
        let type = HTTPResponse.Header("Content-Type", contentType)
        plain = PreparedResponse(HTTPResponse(status: 200, headers: headers + [type], body: bytes))
        gzipped = PreparedResponse(
            HTTPResponse(
                status: 200,
                headers: headers + [type, HTTPResponse.Header("Content-Encoding", "gzip")],
                body: Self.gzip(bytes)))
        unchanged = PreparedResponse(HTTPResponse(status: 304, headers: headers))
    }

    /// FNV-1a: another text of the same length has another tag.
    private static func sum(_ bytes: [UInt8]) -> String {
        let begin: UInt64 = 0xcbf2_9ce4_8422_2325
        return String(bytes.reduce(begin) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
    }

    private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        guard let compressor = libdeflate_alloc_compressor(9) else {
            fatalError("out of memory for a compressor")
        }
        defer { libdeflate_free_compressor(compressor) }
        let room = libdeflate_gzip_compress_bound(compressor, bytes.count)
        return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            count = bytes.withUnsafeBytes {
                libdeflate_gzip_compress(
                    compressor, $0.baseAddress, $0.count, buffer.baseAddress, room)
            }
        }
    }
}
