/// The right to answer one request later, once, from any thread.
///
/// Dropped without an answer, the request gets 500; the server's stop answers what is left with
/// 503.
package final class DeferredResponse: Sendable {
    private let connection: HTTPConnection
    private let ticket: UInt64

    init(connection: HTTPConnection, ticket: UInt64) {
        self.connection = connection
        self.ticket = ticket
    }

    deinit {
        connection.answer(ticket, with: HTTPResponse(status: 500, text: "no answer was made"))
    }

    /// The first answer counts.
    package func answer(_ response: HTTPResponse) {
        connection.answer(ticket, with: response)
    }

    func answer(_ response: PreparedResponse) {
        connection.answer(ticket, with: .prepared(response))
    }
}
