import TestSupport
import Testing
import Values

@testable import AWS

@Suite struct AWSRefusalTests {
    private func refusal(
        _ body: String, status: Int = 400, headers: [String: String] = [:]
    ) -> AWSRefusal {
        AWSRefusal(operation: "Op", status: status, body: Array(body.utf8)) { headers[$0] }
    }

    @Test(arguments: [
        (#"{"__type":"ClientException","message":"m"}"#, "ClientException", "m"),
        (#"{"__type":"com.amazonaws.ecs#ClientException","Message":"m"}"#, "ClientException", "m"),
        (#"{"__type":"a.b#Code:http://internal.amazon.com/x/","message":null}"#, "Code", ""),
        (#"{"code":"Gone","message":"m"}"#, "Gone", "m"),
        (#"{"__type":7,"message":["m"]}"#, "HTTP400", ""),
        (#"{"__type":"two words\nof it"}"#, "HTTP400", ""),
        ("{}", "HTTP400", ""),
        ("", "HTTP400", ""),
        ("<html><body>502</body></html>", "HTTP400", ""),
        (
            "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>"
                + "No &quot;x&quot; &lt;y&gt; &#38; &#x41; &bogus;</Message></Error></ErrorResponse>",
            "NotFound", #"No "x" <y> & A &bogus;"#
        ),
        (
            "<Response><Errors><Error><Code>AuthFailure</Code><Message>m</Message></Error></Errors>"
                + "</Response>",
            "AuthFailure", "m"
        ),
        ("<Code>A</Code><Message>cut sho", "A", ""),
        ("<Code><Code>B</Code></Code>", "HTTP400", ""),
    ])
    func readsWhatAWSSays(body: String, code: String, message: String) {
        let refusal = refusal(body)
        #expect(refusal.code == code)
        #expect(refusal.message == message)
    }

    @Test func takesIDsAndDelaysFromHeaders() {
        let refusal = refusal(
            "<RequestId>from-body</RequestId>", status: 503,
            headers: ["x-amzn-RequestId": "from-header", "Retry-After": "4"])
        #expect(refusal.requestID == "from-header")
        #expect(refusal.retryAfter == .seconds(4))
        #expect(refusal.text == "Op: HTTP503 (HTTP 503, request from-header)")
        #expect(self.refusal("<RequestId>from-body</RequestId>").requestID == "from-body")
        #expect(self.refusal("{}").requestID == nil)
        let dated = self.refusal("", headers: ["Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"])
        #expect(dated.retryAfter == nil)
        let typed = self.refusal("{}", headers: ["x-amzn-ErrorType": "ns#Typed:http://x"])
        #expect(typed.code == "Typed")
    }

    @Test func keepsLogLinesShortAndWhole() {
        let long = String(repeating: "é", count: 10_000)
        #expect(refusal(#"{"message":"\#(long)"}"#).message.count == 501)
        #expect(refusal(#"{"message":"a\nb\u0000c"}"#).message == "a b c")
    }

    @Test(arguments: [
        (400, "ThrottlingException", AWSRefusal.Kind.throttled), (429, "x", .throttled),
        (503, "SlowDown", .throttled), (500, "x", .transient), (400, "RequestTimeout", .transient),
        (400, "ExpiredTokenException", .credentialsExpired),
        (403, "SignatureDoesNotMatch", .denied), (400, "AccessDeniedException", .denied),
        (400, "InvalidParameterException", .lasting), (404, "x", .lasting),
    ])
    func tellsKindsApart(status: Int, code: String, kind: AWSRefusal.Kind) {
        #expect(refusal(#"{"__type":"\#(code)"}"#, status: status).kind == kind)
    }

    @Test func survivesRandomAndTruncatedBodies() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let whole = "<Error><Code>A</Code><Message>&lt;&#x1F680;&amp;</Message></Error>"
        for count in 0..<whole.utf8.count {
            _ = refusal(String(whole.prefix(count)))
        }
        let alphabet = Array("<>&;#xCodeMsag/{}\":,\u{0}é".utf8)
        for _ in 0..<500 {
            let bytes = (0..<Int(random.next() % 200)).map { _ in
                alphabet[Int(random.next() % UInt64(alphabet.count))]
            }
            let refusal = AWSRefusal(operation: "Op", status: 400, body: bytes) { _ in nil }
            #expect(!refusal.code.isEmpty, "seed \(seed)")
        }
    }
}
