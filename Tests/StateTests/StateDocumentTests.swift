import Control
import Testing
import Values

@testable import State

@Suite struct StateDocumentTests {
    @Test func givesBackWhatWasWritten() throws {
        let state = Samples.state()
        #expect(try StateDocument.decode(StateDocument.encode(state)) == state)
    }

    @Test func readsWhatTheFirstVersionWrote() throws {
        let text = #"{"v":1,"at":5,"services":{"a/b":{"orders":{"overrides":[],"holds":[]}}}}"#
        let state = try StateDocument.decode(Array(text.utf8))
        #expect(state == SavedState(takenMs: 5, services: ["a/b": SavedService()]))
    }

    @Test(arguments: [
        "", "{}", "[]", "7", #"{"v":"1"}"#, #"{"v":1}"#, #"{"v":1,"at":5,"services":[]}"#,
        #"{"v":1,"at":5,"services":{"a/b":{"memory":{"wanted":[[1]],"found":[],"changes":[],"starts":[]}}}}"#,
        #"{"v":1,"at":5,"services":{"a/b":{"memory":{"wanted":[[-1,2]],"found":[],"changes":[],"starts":[]}}}}"#,
        #"{"v":1,"at":5,"services":{"a/b":{"memory":{"wanted":[[1,9999999999]],"found":[],"changes":[],"starts":[]}}}}"#,
    ])
    func distrustsTheRest(text: String) {
        let error = #expect(throws: StateError.self) {
            try StateDocument.decode(Array(text.utf8))
        }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func saysThatALaterVersionWroteIt() {
        let text = #"{"v":2,"services":"in another form"}"#
        #expect(throws: StateError.newer(version: 2)) {
            try StateDocument.decode(Array(text.utf8))
        }
    }

    @Test func survivesRandomBytes() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let whole = try StateDocument.encode(Samples.state())
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            _ = try? StateDocument.decode(bytes)
        }
    }
}
