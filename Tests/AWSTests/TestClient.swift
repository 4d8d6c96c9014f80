@testable import AWS
@testable import Transport

extension AWSConfiguration {
    /// As from an environment of just these variables.
    init(_ environment: [String: String]) throws {
        try self.init(environment: { environment[$0] })
    }
}

/// A client of ours for an endpoint of a test.
func client(
    _ environment: [String: String], http: HTTPClient = HTTPClient(),
    clock: AWSClock = .system, observe: @escaping @Sendable (AWSEvent) -> Void = { _ in }
) throws -> AWSClient {
    var all = [
        "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    ]
    all.merge(environment) { _, new in new }
    return AWSClient(
        configuration: try AWSConfiguration(all), http: http, clock: clock, observe: observe)
}
