import TestSupport
import Testing

@testable import AWS

@Suite struct SNSClientTests {
    private static let topic = "arn:aws:sns:eu-west-1:123456789012:topic"

    @Test(arguments: [
        ("plain", "plain"), ("2 → 7", "2 -> 7"), ("Über\tuns\nhier", "?ber uns hier"),
        ("  led by spaces", "led by spaces"), ("\u{1F680}", "?"), ("", ""), ("\n", ""),
        (String(repeating: "x", count: 100), String(repeating: "x", count: 100)),
        (String(repeating: "x", count: 101), String(repeating: "x", count: 97) + "..."),
    ])
    func fitsSubjectsToTheRules(subject: String, fitted: String) {
        #expect(SNSMessage(subject: subject, body: "b").subject == fitted)
    }

    @Test func sendsTheQueryProtocol() async throws {
        let server = try await CaptureServer([
            .init(
                body: "<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult>"
                    + "</PublishResponse>")
        ])
        let sns = SNSClient(try client(["AWS_ENDPOINT_URL": server.url]))
        let message = SNSMessage(
            subject: "a b", body: "x=&~é", attributes: ["n": .number(3), "a.b": .string("c d")])
        #expect(try await sns.publish(message, topicARN: Self.topic) == "m-1")
        _ = try await sns.publish(
            message, topicARN: Self.topic + ".fifo", groupID: "g", deduplicationID: "d")
        let bodies = try server.requests().map(\.body)
        let topic = "arn%3Aaws%3Asns%3Aeu-west-1%3A123456789012%3Atopic"
        let attributes =
            "&MessageAttributes.entry.1.Name=a.b&MessageAttributes.entry.1.Value.DataType=String"
            + "&MessageAttributes.entry.1.Value.StringValue=c+d"
            + "&MessageAttributes.entry.2.Name=n&MessageAttributes.entry.2.Value.DataType=Number"
            + "&MessageAttributes.entry.2.Value.StringValue=3"
        let head = "Action=Publish&Version=2010-03-31&TopicArn=\(topic)"
        let text = "&Subject=a+b&Message=x%3D%26~%C3%A9"
        #expect(
            bodies == [
                head + text + attributes,
                head + ".fifo" + text + "&MessageGroupId=g&MessageDeduplicationId=d" + attributes,
            ])
    }

    @Test func eMailsHaveATextOfTheirOwn() async throws {
        let server = try await CaptureServer([
            .init(
                body: "<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult>"
                    + "</PublishResponse>")
        ])
        let sns = SNSClient(try client(["AWS_ENDPOINT_URL": server.url]))
        let message = SNSMessage(subject: "s", body: "{}", email: "Hello")
        _ = try await sns.publish(message, topicARN: Self.topic)
        _ = try await sns.publish(message, topicARN: Self.topic + ".fifo")
        let bodies = try server.requests().map(\.body)
        let structured = "%7B%22default%22%3A%22%7B%7D%22%2C%22email%22%3A%22Hello%22%7D"
        #expect(bodies[0].hasSuffix("&Message=\(structured)&MessageStructure=json"))
        #expect(bodies[1].contains("&Message=%7B%7D&MessageGroupId"), "no e-mail gets it")
    }

    /// Of a cluster of 64 and a service of 72 characters, and what ECS allows.
    @Test(arguments: [(10, 10), (60, 55), (60, 67), (64, 63), (64, 72), (255, 255)])
    func fitsIDsOfAFIFOTopic(cluster: Int, service: Int) {
        let key = { (last: String) in
            String(repeating: "c", count: cluster) + "/"
                + String(repeating: "s", count: service - 1) + last
        }
        let id = { (last: String, wallMs: Int64) in
            SNSMessage.fittingID("\(key(last))-\(wallMs)")
        }
        let now: Int64 = 1_790_000_000_000
        let ids = [id("a", now), id("a", now + 1), id("b", now), SNSMessage.fittingID(key("a"))]
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { (1...128).contains($0.count) && $0.hasPrefix("ccc") })
        #expect(id("a", now) == ids[0])
        if cluster + service < 100 { #expect(ids[3] == key("a")) }
    }

    @Test func idsOfAFIFOTopicAreVisibleASCII() {
        let ids = ["wéb 1", "wéb 2", "w b1"].map { SNSMessage.fittingID($0) }
        #expect(Set(ids).count == 3)
        #expect(ids.allSatisfy { $0.utf8.allSatisfy { (0x21..<0x7F).contains($0) } })
    }

    @Test func publishesInTheTopicsOwnRegion() async throws {
        let server = try await CaptureServer([.init(body: "<MessageId>m</MessageId>")])
        let sns = SNSClient(try client(["AWS_ENDPOINT_URL": server.url]))
        _ = try await sns.publish(
            SNSMessage(subject: "", body: "b"), topicARN: "arn:aws-cn:sns:cn-north-1:1:t")
        let authorization = try server.requests().first?.headers["authorization"] ?? ""
        #expect(authorization.contains("/cn-north-1/sns/aws4_request"))
    }

    @Test(arguments: ["", "topic", "arn:aws:sqs:eu-west-1:1:q", "arn:aws:sns:evil.com/:1:t"])
    func refusesWhatIsNoTopic(arn: String) async throws {
        let sns = SNSClient(try client([:]))
        let error = await #expect(throws: AWSError.self) {
            try await sns.publish(SNSMessage(subject: "s", body: "b"), topicARN: arn)
        }
        #expect(error?.code == "RequestInvalid")
    }

    @Test(arguments: [
        SNSMessage(subject: "s", body: ""),
        SNSMessage(subject: "s", body: String(repeating: "é", count: 131_073)),
        SNSMessage(subject: "s", body: "b", attributes: ["": .string("x")]),
        SNSMessage(subject: "s", body: "b", attributes: ["a b": .string("x")]),
        SNSMessage(subject: "s", body: "b", attributes: ["a": .string("")]),
        SNSMessage(
            subject: "s", body: "b",
            attributes: Dictionary(uniqueKeysWithValues: (0..<11).map { ("a\($0)", .number($0)) })),
    ])
    func refusesWhatSNSWouldNotTake(message: SNSMessage) async throws {
        let sns = SNSClient(try client([:]))
        let error = await #expect(throws: AWSError.self) {
            try await sns.publish(message, topicARN: Self.topic)
        }
        #expect(error?.code == "RequestInvalid")
    }
}
