import Control
import Testing

@testable import AggregatorCore

@Suite struct OperatorOrderTests {
    private func read(_ action: OperatorAction, _ text: String) throws -> OperatorOrder {
        try OperatorOrder(action, Array(text.utf8))
    }

    @Test func readsWhatIsWanted() throws {
        #expect(
            try read(.pause, #"{"direction":"in","reason":"deploy","forSeconds":60}"#)
                == .override(.pause(.in), reason: "deploy", span: .seconds(60)))
        #expect(
            try read(.pause, #"{"reason":"x"}"#)
                == .override(.pause(.both), reason: "x", span: AggregatorLimits.pauseDefault))
        #expect(
            try read(.floor, #"{"tasks":50,"reason":"sale","forSeconds":7200}"#)
                == .override(.floor(50), reason: "sale", span: .seconds(7_200)))
        #expect(
            try read(.ceiling, #"{"tasks":9,"reason":"x","forSeconds":1}"#)
                == .override(.ceiling(9), reason: "x", span: .seconds(1)))
        #expect(
            try read(.dryRun, #"{"on":false,"reason":"x","forSeconds":1}"#)
                == .override(.dryRun(false), reason: "x", span: .seconds(1)))
        #expect(try read(.resume, "") == .resume(.both))
        #expect(try read(.lift, #"{"override":"dryRun"}"#) == .lift(.dryRun))
    }

    @Test(arguments: [
        (OperatorAction.pause, "", "reason: is missing"), (.pause, "{}", "reason: is missing"),
        (.pause, "[]", "must be an object"), (.pause, "{", "a key in quotes"),
        (.pause, #"{"reason":""}"#, "reason: must be a text of 1 to 500 bytes"),
        (.pause, #"{"reason":"x","direction":"up"}"#, "one of \"out\", \"in\", \"both\""),
        (.pause, #"{"reason":"x","forSeconds":0}"#, "must be a number from 1 to 604800, not 0"),
        (.pause, #"{"reason":"x","forSeconds":604801}"#, "must be a number from 1 to 604800"),
        (.pause, #"{"reason":"x","until":1}"#, "until: is not known"),
        (.pause, #"{"reason":"x","tasks":1}"#, "tasks: is not known"),
        (.floor, #"{"reason":"x"}"#, "tasks: is missing"),
        (.floor, #"{"tasks":0,"reason":"x"}"#, "must be a whole number from 1 to 5000, not 0"),
        (.ceiling, #"{"tasks":2.5,"reason":"x"}"#, "must be a whole number"),
        (.ceiling, #"{"tasks":2}"#, "reason: is missing"),
        (.dryRun, #"{"on":1,"reason":"x"}"#, "on: must be true or false"),
        (.lift, "", "override: is missing"),
        (.lift, #"{"override":"max"}"#, "override: must be one of"),
        (.resume, #"{"reason":"x"}"#, "reason: is not known"),
    ])
    func refusesTheRest(action: OperatorAction, text: String, message: String) {
        let error = #expect(throws: ConfigurationError.self) { try read(action, text) }
        let told = error?.problems.map(\.text) ?? []
        #expect(told.contains { $0.contains(message) }, "\(told)")
        #expect(told.count == 1, "once: \(told)")
    }

    @Test func refusesALongBody() {
        let most = AggregatorLimits.operatorBodyBytesMax
        let fits = "{\"reason\":\"x\"}"
        #expect(throws: Never.self) {
            try read(.pause, fits + String(repeating: " ", count: most - fits.utf8.count))
        }
        #expect(throws: ConfigurationError.self) {
            try read(.pause, fits + String(repeating: " ", count: most - fits.utf8.count + 1))
        }
    }
}
