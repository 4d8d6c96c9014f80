import AWS
import Platform
import Scaling
import Values
import Writing

/// Tells an SNS topic of each change, once, after it happened.
///
/// At most `announcementsWaitingMax` wait; more are dropped, and the log says so. The calls never
/// delay a change.
package final class Announcer: Sendable {
    private struct Announcement: Sendable {
        let service: ServiceConfiguration
        let topicARN: String
        let change: ServiceChange
    }

    private let sns: SNSClient
    private let log: Log
    private let waiting: AsyncStream<Announcement>
    private let queue: AsyncStream<Announcement>.Continuation

    package init(sns: SNSClient, log: Log) {
        self.sns = sns
        self.log = log
        (waiting, queue) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(AggregatorLimits.announcementsWaitingMax))
    }

    func announce(_ service: ServiceConfiguration, _ change: ServiceChange) {
        guard let topicARN = service.snsTopicARN else { return }
        let announcement = Announcement(service: service, topicARN: topicARN, change: change)
        if case .dropped = queue.yield(announcement) {
            log.error("sns.dropped", LogField("service", "\(service.key)"))
        }
    }

    /// Until `stop`; what waits is still told.
    package func run() async {
        for await announcement in waiting { await publish(announcement) }
    }

    package func stop() {
        queue.finish()
    }

    private func publish(_ announcement: Announcement) async {
        let fields = [
            LogField("cluster", announcement.service.key.cluster),
            LogField("service", announcement.service.key.service),
            LogField("topic", announcement.topicARN),
        ]
        do throws(AWSError) {
            let id = try await sns.publish(
                SNSMessage(announcement.change, of: announcement.service.key),
                topicARN: announcement.topicARN, groupID: "\(announcement.service.key)",
                deduplicationID: "\(announcement.service.key)-\(announcement.change.wallMs)")
            log.log(.info, "sns.published", fields + [LogField("messageId", id)])
        } catch {
            log.log(.error, "sns.failed", fields + error.fields)
        }
    }
}

extension SNSMessage {
    /// A change as its subscribers read it: a subject for people, JSON for machines, and attributes
    /// to filter on.
    init(_ change: ServiceChange, of key: ServiceKey) {
        let decision = change.decision
        let direction = decision.kind == .scaleIn ? "in" : "out"
        var json = JSONWriter()
        json.object { json in
            json.member("version", 1)
            json.member("event", "ServiceScaled")
            json.member("time", UTCTime.text(ms: change.wallMs))
            json.member("cluster", key.cluster)
            json.member("service", key.service)
            json.member("direction", direction)
            for field in decision.fields { field.write(to: &json) }
        }
        self.init(
            subject: "\(key): \(decision.from) -> \(decision.to) tasks",
            body: String(decoding: json.bytes, as: UTF8.self),
            attributes: [
                "event": .string("ServiceScaled"),
                "cluster": .string(key.cluster),
                "service": .string(key.service),
                "direction": .string(direction),
                "from": .number(decision.from),
                "to": .number(decision.to),
            ])
    }
}
