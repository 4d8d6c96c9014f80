import TestSupport
import Testing
import Values

@testable import AggregatorCore

@Suite struct JSONParserTests {
    private func parse(_ text: String) throws -> JSONValue {
        try JSONParser.parse(Array(text.utf8))
    }

    @Test func readsEveryKindOfValue() throws {
        let value = try parse(
            #" {"a":[1,-2.5e1,true,false,null],"b":"\u00e4\n\ud83d\ude00\/","c":{}} "#)
        guard case .object(let members) = value.content else {
            Issue.record("not an object")
            return
        }
        #expect(members.map(\.key) == ["a", "b", "c"])
        guard case .array(let values) = members[0].value.content else {
            Issue.record("not an array")
            return
        }
        #expect(
            values.map(\.content) == [.number(1), .number(-25), .bool(true), .bool(false), .null])
        #expect(members[1].value.content == .string("ä\n😀/"))
        #expect(members[2].value.content == .object([]))
    }

    @Test func keepsLinesAndRepeatedKeys() throws {
        let value = try parse("{\n\"a\": 1,\n\n\"a\": 2}")
        guard case .object(let members) = value.content else {
            Issue.record("not an object")
            return
        }
        #expect(members.map(\.key) == ["a", "a"])
        #expect(members.map(\.value.line) == [2, 4])
    }

    @Test(arguments: [
        ("", "the document ends early"), ("{", "a key in quotes"), ("[1", "a comma or ]"),
        ("{\"a\" 1}", "a colon"), ("[1,]", "no value starts with ]"), ("01", "leading zero"),
        ("1.", "a digit"), ("-", "a digit"), ("1e999", "too large"), ("tru", "true is expected"),
        ("\"a", "closing quote"), ("\"\\x\"", "unknown escape"), ("\"\\ud800\"", "surrogate"),
        ("\"\\u12\"", "four hexadecimal digits"), ("\"a\nb\"", "control character"),
        ("1 2", "text after the document"), ("{a:1}", "a key in quotes"),
        ("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "nested deeper than 16"),
    ])
    func refusesWithPlaceAndReason(text: String, reason: String) {
        let error = #expect(throws: JSONSyntaxError.self) { try parse(text) }
        #expect(error?.text.contains(reason) == true, "\(error?.text ?? "")")
    }

    @Test func tellsTheLineAndTheColumn() {
        let error = #expect(throws: JSONSyntaxError.self) { try parse("{\n  \"a\": x\n}") }
        #expect(error?.line == 2)
        #expect(error?.column == 8)
    }

    @Test func survivesRandomBytes() {
        let seed = UInt64.random(in: 1 ... .max)
        var random = SeededRandom(seed: seed)
        let alphabet = Array("{}[]\",:0123456789.eE+-truefalsn\\u \n".utf8) + [0x80, 0xFF, 0]
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...40, using: &random)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            do {
                _ = try JSONParser.parse(bytes)
            } catch {
                #expect(error.line >= 1 && error.column >= 1, "seed \(seed)")
            }
        }
    }
}
