/// Why a test could not go on.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// Waits until what another process or thread does shows, asking every 5 ms.
package func eventually(
    _ what: @autoclosure () -> String, within span: Duration = .seconds(10),
    _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let end = clock.now + span
    while try await !condition() {
        guard clock.now < end else { throw TestFailure("not within \(span): \(what())") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
