import AWS
import Control
import Platform
import Scaling
import Synchronization
import Values

/// Announces each change to an SNS topic, once, after it happened.
///
/// At most `announcementsWaitingMax` wait; more are dropped, and the log says so. A service has 30
/// messages at once and then one each 10 s; more are suppressed. The calls never delay a change.
package final class Announcer: Sendable {
    private struct Message: Sendable {
        let service: ServiceConfiguration
        let topicARN: String
        let announcement: Announcement
        let wallMs: Int64
    }

    package let counters = AnnouncementCounters()
    private let buckets = Lock<[ServiceKey: TokenBucket]>([:])
    private let suppressions = LogThrottle(period: .seconds(60))
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
        guard let topicARN = service.snsTopicARN,
            service.announced?.contains(announcement.kind) ?? true
        else { return }
        let now = MonotonicClock.now()
        guard allows(service.key, now: now) else {
            counters.suppressed.add(1, ordering: .relaxed)
            if let heldBack = suppressions.admit(now: now) {
                log.warning(
                    "sns.suppressed", LogField("service", "\(service.key)"),
                    LogField("kind", announcement.kind), LogField("heldBack", heldBack),
                    LogField("reason", "too many messages of one service"))
            }
            return
        }
        let message = Message(
            service: service, topicARN: topicARN, announcement: announcement,
            wallMs: WallClock.nowMs())
        if case .dropped = queue.yield(message) {
            counters.dropped.add(1, ordering: .relaxed)
            log.error("sns.dropped", LogField("service", "\(service.key)"))
        }
    }

    private func allows(_ key: ServiceKey, now: Instant) -> Bool {
        buckets.withLock { buckets in
            var bucket =
                buckets[key]
                ?? TokenBucket(
                    burst: AggregatorLimits.announcementsAtOnce,
                    perSecond: AggregatorLimits.announcementsPerSecond, now: now)
            defer { buckets[key] = bucket }
            if case .success = bucket.reserve(now: now, waitMax: .zero) { return true }
            return false
        }
    }

    /// Until `stop`; what waits is still announced.
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
            counters.published.add(1, ordering: .relaxed)
            log.log(.info, "sns.published", fields + [LogField("messageId", id)])
        } catch {
            counters.failed.add(1, ordering: .relaxed)
            log.log(.error, "sns.failed", fields + error.fields)
        }
    }
}
