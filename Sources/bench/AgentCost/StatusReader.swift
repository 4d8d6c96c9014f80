import Platform
import Telemetry
import Transport

/// Asks nginx how many requests it has served.
final class StatusReader {
    private let transfer = HTTPTransfer()
    private let url: String

    init(port: Int) {
        url = "http://127.0.0.1:\(port)/nginx_status"
    }

    func requests() throws -> Double {
        try transfer.prepare(HTTPRequest(.get, url))
        try transfer.perform()
        return Double(try StubStatus(parsing: transfer.body).requests)
    }
}
