import AWS
import Control
import Platform
import Scaling
import Values

/// Tells an SNS topic of each change, once, after it happened.
///
/// At most `announcementsWaitingMax` wait; more are dropped, and the log says so. The calls never
/// delay a change.
package final class Announcer: Sendable {
    private struct Message: Sendable {
        let service: ServiceConfiguration
        let topicARN: String
        let announcement: Announcement
        let wallMs: Int64
    }

    private let sns: SNSClient
    private let log: Log
    private let waiting: AsyncStream<Message>
    private let queue: AsyncStream<Message>.Continuation

    package init(sns: SNSClient, log: Log) {
        self.sns = sns
        self.log = log
        (waiting, queue) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(AggregatorLimits.announcementsWaitingMax))
    }

    func announce(_ service: ServiceConfiguration, _ announcement: Announcement) {
        guard let topicARN = service.snsTopicARN else { return }
        let message = Message(
            service: service, topicARN: topicARN, announcement: announcement,
            wallMs: WallClock.nowMs())
        if case .dropped = queue.yield(message) {
            log.error("sns.dropped", LogField("service", "\(service.key)"))
        }
    }

    /// Until `stop`; what waits is still told.
    package func run() async {
        for await message in waiting { await publish(message) }
    }

    package func stop() {
        queue.finish()
    }

    private func publish(_ message: Message) async {
        let key = message.service.key
        let fields = [
            LogField("cluster", key.cluster), LogField("service", key.service),
            LogField("topic", message.topicARN),
        ]
        do throws(AWSError) {
            let id = try await sns.publish(
                SNSMessage(message.announcement, of: key, wallMs: message.wallMs),
                topicARN: message.topicARN, groupID: "\(key)",
                deduplicationID: "\(key)-\(message.announcement.id(wallMs: message.wallMs))")
            log.log(.info, "sns.published", fields + [LogField("messageId", id)])
        } catch {
            log.log(.error, "sns.failed", fields + error.fields)
        }
    }
}
