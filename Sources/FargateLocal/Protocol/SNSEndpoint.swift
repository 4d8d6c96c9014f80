import FoundationEssentials
import HTTPServer

/// Speaks SNS's query protocol (2010-03-31): a form in, XML out. It takes `Publish` and keeps it.
struct SNSEndpoint: Sendable {
    let store: FargateStore

    func answer(_ request: borrowing HTTPRequest, arrival: Arrival) -> HTTPResponse {
        let form = QueryForm(request.body)
        var call = RecordedCall(
            operation: form["Action"] ?? "", arrivedAtMs: arrival.wallMs,
            arrivedMonotonicNs: arrival.monotonic.nanoseconds, accessKeyID: "",
            userAgent: request.header("User-Agent") ?? "")
        do throws(ECSError) {
            let signature = try SignatureHeader(request.header("Authorization"), service: "sns")
            let fault = store.state.withLock { $0.takeFault(call.operation) }
            if let fault {
                throw ECSError(fault.type, "injected by /_local/faults", status: fault.status)
            }
            let message = try Self.publish(form, signature.accessKeyID, arrival)
            store.state.withLock { state in
                state.calls.append(call.by(signature.accessKeyID))
                state.messages.append(message)
            }
            return Self.response(200, Self.published(message.messageID))
        } catch {
            call.error = error.type
            store.state.withLock { $0.calls.append(call) }
            return Self.response(error.status, Self.failure(error))
        }
    }

    private static func publish(
        _ form: QueryForm, _ accessKeyID: String, _ arrival: Arrival
    ) throws(ECSError) -> RecordedMessage {
        guard form["Action"] == "Publish" else {
            throw ECSError("InvalidAction", "fargate-local takes Publish only")
        }
        guard let topic = form["TopicArn"], topic.hasPrefix("arn:aws:sns:"),
            topic.split(separator: ":", omittingEmptySubsequences: false).count == 6
        else {
            throw ECSError("InvalidParameter", "Invalid parameter: TopicArn or TargetArn")
        }
        guard let text = form["Message"], !text.isEmpty else {
            throw ECSError("InvalidParameter", "Invalid parameter: Empty message")
        }
        let message = try ofOthers(text, structure: form["MessageStructure"])
        guard message.utf8.count <= FargateLocalLimits.messageBytesMax else {
            throw ECSError("InvalidParameter", "Invalid parameter: Message too long")
        }
        let subject = form["Subject"]
        if let subject, !isSubject(subject) {
            throw ECSError("InvalidParameter", "Invalid parameter: Subject")
        }
        return RecordedMessage(
            messageID: RequestID.make(), arrivedAtMs: arrival.wallMs, topicArn: topic,
            subject: subject, message: message, attributes: try attributes(form),
            accessKeyID: accessKeyID)
    }

    /// What subscribers get whose protocol has no text of its own.
    private static func ofOthers(
        _ text: String, structure: String?
    ) throws(ECSError) -> String {
        guard let structure else { return text }
        let texts = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        guard structure == "json", let message = texts?["default"] else {
            throw ECSError("InvalidParameter", "Invalid parameter: Message Structure")
        }
        return message
    }

    /// Printable ASCII that begins with no space, under 100 characters, as SNS documents it.
    private static func isSubject(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count < FargateLocalLimits.subjectCharactersMax
            && text.first != " " && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    private static func attributes(
        _ form: QueryForm
    ) throws(ECSError) -> [String: RecordedMessage.Attribute] {
        var attributes: [String: RecordedMessage.Attribute] = [:]
        var number = 1
        while let name = form["MessageAttributes.entry.\(number).Name"] {
            let value = "MessageAttributes.entry.\(number).Value"
            guard let type = form["\(value).DataType"],
                let text = form["\(value).StringValue"] ?? form["\(value).BinaryValue"],
                !text.isEmpty
            else {
                throw ECSError(
                    "ParameterValueInvalid",
                    "The message attribute '\(name)' must contain non-empty message attribute value."
                )
            }
            attributes[name] = RecordedMessage.Attribute(type: type, value: text)
            number += 1
        }
        return attributes
    }

    // MARK: Answers

    private static let namespace = "http://sns.amazonaws.com/doc/2010-03-31/"

    private static func response(_ status: Int, _ xml: String) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [
                .init("Content-Type", "text/xml"), .init("x-amzn-RequestId", RequestID.make()),
            ], body: Array(xml.utf8))
    }

    private static func published(_ id: String) -> String {
        """
        <PublishResponse xmlns="\(namespace)"><PublishResult><MessageId>\(id)</MessageId>\
        </PublishResult><ResponseMetadata><RequestId>\(RequestID.make())</RequestId>\
        </ResponseMetadata></PublishResponse>
        """
    }

    private static func failure(_ error: ECSError) -> String {
        let type = error.status < 500 ? "Sender" : "Receiver"
        return """
            <ErrorResponse xmlns="\(namespace)"><Error><Type>\(type)</Type><Code>\(error.type)</Code>\
            <Message>\(escaped(error.message))</Message></Error>\
            <RequestId>\(RequestID.make())</RequestId></ErrorResponse>
            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}

extension RecordedCall {
    func by(_ accessKeyID: String) -> RecordedCall {
        RecordedCall(
            operation: operation, arrivedAtMs: arrivedAtMs, arrivedMonotonicNs: arrivedMonotonicNs,
            accessKeyID: accessKeyID, userAgent: userAgent)
    }
}
