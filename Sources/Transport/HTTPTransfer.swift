import CCurl
import Values
import Writing

/// One request at a time over a libcurl easy handle, sent again and again.
///
/// Blocking by `perform`, or event-driven by an `HTTPMulti`. `prepare` sets what a request says;
/// sending the same again, or with another body, costs no further preparation, and no allocation
/// once the answer's buffer has grown. The connection is kept alive between requests.
///
/// Not thread-safe: one thread uses it at a time.
package final class HTTPTransfer {
    let easy: CurlEasyHandle
    private let answer = AnswerBuffer()
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var connectList: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>
    /// How the last request ended; `nil` while it is under way or before the first.
    package private(set) var outcome: Result<Int, TransportError>?

    package init() {
        precondition(Self.globalInit == CURLE_OK, "libcurl initialises, or nothing works")
        guard let handle = ccurl_easy() else {
            preconditionFailure("libcurl gives a handle unless memory is gone")
        }
        easy = handle
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        curl_slist_free_all(connectList)
        errorText.deallocate()
    }

    private static let globalInit = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    /// The status of the last answer; `nil` when it has none.
    package var status: Int? {
        if case .success(let status) = outcome { status } else { nil }
    }

    /// The body of the last answer.
    package var body: [UInt8] { answer.bytes }

    /// The value of a header of the last answer.
    package func header(_ name: String) -> String? {
        var found: UnsafeMutablePointer<curl_header>?
        guard
            curl_easy_header(easy, name.cString, 0, UInt32(CURLH_HEADER), -1, &found) == CURLHE_OK,
            let value = found?.pointee.value
        else { return nil }
        return String(c: value)
    }

    /// Sets what the next requests say.
    package func prepare(_ request: borrowing HTTPRequest) throws(TransportError) {
        curl_easy_reset(easy)
        try setAnswerReceiver(bytesMax: request.answerBytesMax)
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_NOSIGNAL, 1)
        // Or giving up on a name would wait for the resolver's thread, for as long as that hangs.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_DNS_CACHE_TIMEOUT, Int(request.nameLifetime.components.seconds))
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_CONNECTTIMEOUT_MS, Int(request.connectTimeout.wholeMilliseconds))
        try set(CURLOPT_TIMEOUT_MS, Int(request.timeout.wholeMilliseconds))
        if let entry = request.connectTo { try connect(to: entry) }
        if request.keepsCertificate { try set(CURLOPT_CERTINFO, 1) }
        if !request.usesProxy { try set(CURLOPT_NOPROXY, "*") }
        switch request.method {
        case .get: try set(CURLOPT_HTTPGET, 1)
        case .post: try replaceBody(request.body)
        case .put:
            try replaceBody(request.body)
            try set(CURLOPT_CUSTOMREQUEST, "PUT")
        }
        #if hasFeature(Embedded)
        try setHeaders(request.headers)
        #else
        try setHeaders(request.headers + (request.signing?.headers ?? []))
        if let signing = request.signing { try sign(signing) }
        if request.acceptsAnyCertificate {
            try set(CURLOPT_SSL_VERIFYPEER, 0)
            try set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        #endif
        if let trust = request.trust { try self.trust(trust) }
    }

    /// Sets another body for a prepared POST or PUT; libcurl keeps a copy.
    package func replaceBody(_ body: [UInt8]) throws(TransportError) {
        try check(ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        // An empty array may have no address, and without one libcurl would ask a read callback.
        let code = (body.isEmpty ? [0] : body).withUnsafeBytes {
            ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
        }
        try check(code)
    }

    /// Sends the prepared request, waits for the answer and gives its status.
    @discardableResult
    package func perform() throws(TransportError) -> Int {
        begin()
        finish(curl_easy_perform(easy))
        switch outcome {
        case .success(let status): return status
        case .failure(let error): throw error
        case nil: preconditionFailure("a finished transfer has an outcome")
        }
    }

    func begin() {
        outcome = nil
        answer.reset()
        errorText.pointee = 0
    }

    func finish(_ code: CURLcode) {
        if code == CURLE_OK {
            var status = 0
            let code = ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
            outcome =
                code == CURLE_OK
                ? .success(status) : .failure(.answerBroken(detail: "the answer has no status"))
        } else if answer.overflowed {
            outcome = .failure(.answerTooLarge(bytesMax: answer.bytesMax))
        } else {
            outcome = .failure(TransportError(code, detail: detail(of: code)))
        }
    }

    /// Ends a request that libcurl did not take, or could not move on.
    func fail(_ error: TransportError) {
        outcome = .failure(error)
    }

    private func detail(of code: CURLcode) -> String {
        errorText.pointee != 0
            ? String(c: errorText) : String(c: curl_easy_strerror(code))
    }
}

/// libcurl's `CURL *`.
package typealias CurlEasyHandle = UnsafeMutableRawPointer

// The options, each checked.
extension HTTPTransfer {
    private func set(_ option: CURLoption, _ value: Int) throws(TransportError) {
        try check(ccurl_set_long(easy, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(TransportError) {
        try check(ccurl_set_text(easy, option, value.cString))
    }

    private func check(_ code: CURLcode) throws(TransportError) {
        guard code == CURLE_OK else {
            throw .requestInvalid(detail: String(c: curl_easy_strerror(code)))
        }
    }

    private func setAnswerReceiver(bytesMax: Int) throws(TransportError) {
        answer.bytesMax = bytesMax
        try check(
            ccurl_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                let buffer = Unmanaged<AnswerBuffer>.fromOpaque(context).takeUnretainedValue()
                return buffer.append(UnsafeRawBufferPointer(start: bytes, count: size * count))
            })
        let context = Unmanaged.passUnretained(answer).toOpaque()
        try check(ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context))
        try check(ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
    }

    private func connect(to entry: String) throws(TransportError) {
        guard let list = ccurl_append(nil, entry.cString) else {
            throw .requestInvalid(detail: "no memory for an address")
        }
        let code = ccurl_set_pointer(easy, CURLOPT_CONNECT_TO, list)
        curl_slist_free_all(connectList)
        connectList = list
        try check(code)
    }

    private func setHeaders(_ headers: [String]) throws(TransportError) {
        var list: UnsafeMutablePointer<curl_slist>?
        for header in headers {
            guard let longer = ccurl_append(list, header.cString) else {
                curl_slist_free_all(list)
                throw .requestInvalid(detail: "no memory for a header")
            }
            list = longer
        }
        let code = ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, list)
        curl_slist_free_all(headerList)
        headerList = list
        try check(code)
    }

    #if !hasFeature(Embedded)
    private func sign(_ signing: HTTPSigning) throws(TransportError) {
        try set(CURLOPT_AWS_SIGV4, "aws:amz:\(signing.region):\(signing.service)")
        try set(CURLOPT_USERNAME, signing.accessKeyID)
        try set(CURLOPT_PASSWORD, signing.secretAccessKey)
    }
    #endif

    private func trust(_ trust: HTTPTrust) throws(TransportError) {
        if let file = trust.authoritiesFile { try set(CURLOPT_CAINFO, file) }
        if let file = trust.clientCertificateFile { try set(CURLOPT_SSLCERT, file) }
        if let file = trust.clientKeyFile { try set(CURLOPT_SSLKEY, file) }
    }
}

/// Collects an answer's body up to a limit and keeps its memory.
private final class AnswerBuffer {
    var bytes: [UInt8] = []
    var bytesMax = 0
    var overflowed = false

    func reset() {
        bytes.removeAll(keepingCapacity: true)
        overflowed = false
    }

    /// How many bytes were taken: fewer than given ends the transfer.
    func append(_ more: UnsafeRawBufferPointer) -> Int {
        guard bytes.count + more.count <= bytesMax else {
            overflowed = true
            return 0
        }
        bytes.append(contentsOf: more)
        return more.count
    }
}
