import Testing

@testable import AggregatorCore

@Suite struct PauseOrderTests {
    private func read(_ text: String, needsReason: Bool = true) throws -> PauseOrder {
        try PauseOrder(Array(text.utf8), needsReason: needsReason)
    }

    @Test func readsWhatIsWanted() throws {
        let order = try read(#"{"direction":"in","reason":"deploy","forSeconds":60}"#)
        #expect(order.direction == .in)
        #expect(order.reason == "deploy")
        #expect(order.span == .seconds(60))
        #expect(try read(#"{"reason":"x"}"#).span == AggregatorLimits.pauseDefault)
        #expect(try read("", needsReason: false).direction == .both)
    }

    @Test(arguments: [
        ("", "reason: is missing"), ("{}", "reason: is missing"), ("[]", "must be an object"),
        (#"{"reason":""}"#, "reason: must be a text of 1 to 500 bytes"),
        (#"{"reason":"x","direction":"up"}"#, "must be one of \"out\", \"in\", \"both\""),
        (#"{"reason":"x","forSeconds":0}"#, "must be a number from 1 to 604800, not 0"),
        (#"{"reason":"x","forSeconds":604801}"#, "must be a number from 1 to 604800"),
        (#"{"reason":"x","until":1}"#, "until: is not known"), ("{", "a key in quotes"),
    ])
    func refusesTheRest(text: String, message: String) {
        let error = #expect(throws: ConfigurationError.self) { try read(text) }
        #expect(error?.problems.contains { $0.text.contains(message) } == true)
    }

    @Test func refusesALongBody() {
        let most = AggregatorLimits.operatorBodyBytesMax
        let fits = "{\"reason\":\"x\"}"
        #expect(throws: Never.self) {
            try read(fits + String(repeating: " ", count: most - fits.utf8.count))
        }
        #expect(throws: ConfigurationError.self) {
            try read(fits + String(repeating: " ", count: most - fits.utf8.count + 1))
        }
    }
}
