/// An answer made for one request.
package struct HTTPResponse: Sendable {
    package struct Header: Equatable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var status: Int
    /// Date, Content-Length and Connection are the server's; a header with a line end is left out.
    package var headers: [Header]
    package var body: [UInt8]

    package init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(status: Int, contentType: String, body: [UInt8]) {
        self.init(status: status, headers: [Header("Content-Type", contentType)], body: body)
    }

    /// One line of text for a person.
    package init(status: Int, text: String) {
        self.init(
            status: status, contentType: "text/plain; charset=utf-8",
            body: Array((text + "\n").utf8))
    }
}

/// What a handler returns.
package enum HTTPReply: Sendable {
    case response(HTTPResponse)
    /// Costs the least: nothing is built for the request.
    case prepared(PreparedResponse)
    /// Status and headers of the response; the body is what is written to the stream.
    case stream(HTTPResponse, HTTPStream)
    /// The handler has called `deferResponse()`.
    case later
}
