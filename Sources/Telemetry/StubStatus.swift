import Writing

/// One answer of nginx's `stub_status`.
///
/// Source: ngx_http_stub_status_module, whose text has kept this form since nginx 0.1:
/// ```
/// Active connections: 291
/// server accepts handled requests
///  16630948 16630948 31070465
/// Reading: 6 Writing: 179 Waiting: 106
/// ```
package struct StubStatus: Equatable, Sendable {
    /// Open connections, idle keep-alive ones and the one that asked included.
    package var active: Int
    /// Counters; they restart at zero with nginx.
    package var accepts: UInt64
    package var handled: UInt64
    package var requests: UInt64
    package var reading: Int
    /// The request that asked is one of these.
    package var writing: Int
    package var waiting: Int

    package init(
        active: Int, accepts: UInt64, handled: UInt64, requests: UInt64, reading: Int,
        writing: Int, waiting: Int
    ) {
        self.active = active
        self.accepts = accepts
        self.handled = handled
        self.requests = requests
        self.reading = reading
        self.writing = writing
        self.waiting = waiting
    }

    /// Requests being served, without the status request itself.
    package var busy: Int {
        max(0, reading + writing - 1)
    }
}

/// Why a body is not a `stub_status` page.
package enum StubStatusError: Error, Equatable {
    /// The text expected next is not there; `offset` is where, in bytes.
    case unexpected(expected: StaticString, offset: Int)
    /// A number is missing, does not fit 63 bits, or is a gauge above `StubStatus.gaugeMax`.
    case badNumber(field: StaticString, offset: Int)

    package static func == (left: StubStatusError, right: StubStatusError) -> Bool {
        left.text == right.text
    }

    /// What a person reads in a log.
    package var text: String {
        switch self {
        case .unexpected(let expected, let offset):
            Text("not a stub_status page: expected \"").add(expected).add("\" at byte ").add(offset)
                .string
        case .badNumber(let field, let offset):
            Text("not a stub_status page: no number for ").add(field).add(" at byte ").add(offset)
                .string
        }
    }
}
