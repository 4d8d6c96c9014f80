import Writing

/// Publishes to SNS topics, over its query protocol.
package struct SNSClient: Sendable {
    private let client: AWSClient

    package init(_ client: AWSClient) {
        self.client = client
    }

    /// Publishes a message, in the topic's own region, and gives its id.
    ///
    /// A retry after a lost answer can publish twice; a FIFO topic (`….fifo`) drops the second,
    /// since both carry `deduplicationID`. A FIFO topic keeps the order within `groupID`.
    @discardableResult
    package func publish(
        _ message: SNSMessage, topicARN: String, groupID: String = "default",
        deduplicationID: String? = nil
    ) async throws(AWSError) -> String {
        let operation = "Publish"
        // arn:aws:sns:REGION:ACCOUNT:NAME
        let parts = topicARN.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "sns",
            AWSConfiguration.isRegion(String(parts[3]))
        else {
            throw .requestInvalid(operation: operation, detail: "“\(topicARN)” is no topic's ARN")
        }
        let isFIFO = topicARN.hasSuffix(".fifo")
        let structured = isFIFO ? nil : message.email.map { Self.structured(message.body, $0) }
        try Self.check(message, text: structured ?? message.body)
        var form = FormWriter()
        form.append("Action", operation)
        form.append("Version", "2010-03-31")
        form.append("TopicArn", topicARN)
        if !message.subject.isEmpty { form.append("Subject", message.subject) }
        form.append("Message", structured ?? message.body)
        if structured != nil { form.append("MessageStructure", "json") }
        if isFIFO {
            form.append("MessageGroupId", SNSMessage.fittingID(groupID))
            if let deduplicationID {
                form.append("MessageDeduplicationId", SNSMessage.fittingID(deduplicationID))
            }
        }
        Self.append(message.attributes, to: &form)
        let answer = try await client.send(
            AWSCall(
                service: .sns, operation: operation, rateClass: .publish, body: form.bytes,
                region: String(parts[3])))
        guard let id = XMLText(answer).first("MessageId") else {
            throw .answerInvalid(operation: operation, detail: "no MessageId")
        }
        return id
    }

    /// Another text for one protocol: "Publish", Amazon SNS API Reference, MessageStructure.
    private static func structured(_ body: String, _ email: String) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("default", body)
            json.member("email", email)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func append(
        _ attributes: [String: SNSMessage.Attribute], to form: inout FormWriter
    ) {
        for (index, (name, value)) in attributes.sorted(by: { $0.key < $1.key }).enumerated() {
            let entry = "MessageAttributes.entry.\(index + 1)"
            form.append("\(entry).Name", name)
            switch value {
            case .string(let text):
                form.append("\(entry).Value.DataType", "String")
                form.append("\(entry).Value.StringValue", text)
            case .number(let number):
                form.append("\(entry).Value.DataType", "Number")
                form.append("\(entry).Value.StringValue", "\(number)")
            }
        }
    }

    /// `text` is what is sent of it.
    private static func check(_ message: SNSMessage, text: String) throws(AWSError) {
        func refuse(_ detail: String) -> AWSError {
            .requestInvalid(operation: "Publish", detail: detail)
        }
        guard !message.body.isEmpty else { throw refuse("the message is empty") }
        guard text.utf8.count <= AWSLimits.messageBytesMax else {
            throw refuse("the message is over \(AWSLimits.messageBytesMax) bytes")
        }
        guard message.attributes.count <= AWSLimits.messageAttributesMax else {
            throw refuse("more than \(AWSLimits.messageAttributesMax) attributes")
        }
        for (name, value) in message.attributes {
            guard (1...256).contains(name.utf8.count), name.utf8.allSatisfy(isNameByte) else {
                throw refuse("“\(name)” is no attribute's name")
            }
            if value == .string("") { throw refuse("the attribute \(name) is empty") }
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        FormWriter.isUnreserved(byte) && byte != UInt8(ascii: "~")
    }
}
