import Foundation
import Testing
import Writing

@Suite struct JSONWriterTests {
    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        body(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func nestsAndSeparates() {
        let written = text { json in
            json.object { json in
                json.member("a", 1)
                json.key("b")
                json.array { json in
                    json.integer(-2)
                    json.string("x")
                    json.object { _ in }
                    json.array { _ in }
                }
                json.member("c", true)
            }
        }
        #expect(written == #"{"a":1,"b":[-2,"x",{},[]],"c":true}"#)
    }

    @Test func escapesAsFoundationReads() throws {
        let value = "quote \" backslash \\ newline \n nul \u{0} é 漢 \u{1F600}"
        let written = text { json in json.array { $0.string(value) } }
        let read = try JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String]
        #expect(read == [value])
    }

    @Test(arguments: [
        (0.0, "0.000"), (1.5, "1.500"), (-0.25, "-0.250"), (0.0004, "0.000"), (0.9996, "1.000"),
        (123_456.789, "123456.789"), (.infinity, "null"), (.nan, "null"), (1e300, "null"),
    ])
    func roundsToThousandths(value: Double, expected: String) {
        #expect(text { $0.thousandths(of: value) } == expected)
    }

    @Test func writesTheLimitsOfIntegers() {
        let written = text { json in
            json.array { json in
                json.integer(Int64.min)
                json.integer(UInt64.max)
            }
        }
        #expect(written == "[-9223372036854775808,18446744073709551615]")
    }

    @Test func keepsNothingAfterReset() {
        var json = JSONWriter()
        json.array { $0.integer(1) }
        json.reset()
        json.array { $0.hexadecimal(0xC0FFEE) }
        json.endLine()
        #expect(String(decoding: json.bytes, as: UTF8.self) == "[\"0000000000c0ffee\"]\n")
    }
}
