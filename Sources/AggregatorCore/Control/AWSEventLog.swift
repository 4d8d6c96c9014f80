import AWS
import Platform
import Values

/// Counts and logs what happens on the way of calls to AWS: attempts that failed and are made
/// again, and credentials.
///
/// What a call brings in the end is logged by who made it.
package final class AWSEventLog: Sendable {
    private let log: Log
    private let counters: CallCounters
    private let retries = LogThrottle(period: .seconds(60))
    private let refreshes = LogThrottle(period: .seconds(60))
    private let refreshFailures = LogThrottle(period: .seconds(60))

    package init(log: Log, counters: CallCounters) {
        self.log = log
        self.counters = counters
    }

    package func note(_ event: AWSEvent) {
        switch event {
        case .attempted(let attempt):
            counters.note(attempt)
            guard let error = attempt.error, let delay = attempt.retryDelay else { return }
            guard let heldBack = retries.admit(now: MonotonicClock.now()) else { return }
            log.log(
                .warning, "aws.retry",
                [
                    LogField("operation", attempt.operation),
                    LogField("attempt", attempt.number),
                    LogField("delayMs", delay.inSeconds * 1000),
                ] + error.fields + [LogField("heldBack", heldBack)])
        case .credentialsRefreshed(let expireMs):
            guard let heldBack = refreshes.admit(now: MonotonicClock.now()) else { return }
            var fields = [LogField("heldBack", heldBack)]
            if let expireMs { fields.append(LogField("expires", UTCTime.text(ms: expireMs))) }
            log.log(.info, "credentials.refreshed", fields)
        case .clockOff(let ourMs, let awsMs):
            let seconds = abs(awsMs - ourMs) / 1000
            log.log(
                .error, "aws.clock",
                [
                    LogField("ours", UTCTime.text(ms: ourMs)),
                    LogField("aws", UTCTime.text(ms: awsMs)),
                    LogField(
                        "reason",
                        "this machine's clock is \(seconds) s \(awsMs > ourMs ? "behind" : "ahead of")"
                            + " AWS's: calls are signed with AWS's, schedules go by this one"),
                ])
        case .credentialsNotRefreshed(let error):
            guard let heldBack = refreshFailures.admit(now: MonotonicClock.now()) else { return }
            log.log(
                .error, "credentials.failed", error.fields + [LogField("heldBack", heldBack)])
        }
    }
}

extension AWSError {
    /// The error for the log: a code for machines, a sentence for people, and AWS's own words.
    var fields: [LogField] {
        var fields = [LogField("code", code), LogField("error", text)]
        guard case .refused(let refusal) = self else { return fields }
        fields.append(LogField("status", refusal.status))
        fields.append(LogField("message", refusal.message))
        if let id = refusal.requestID { fields.append(LogField("requestId", id)) }
        return fields
    }
}
