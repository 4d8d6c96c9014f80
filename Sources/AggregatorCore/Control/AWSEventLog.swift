import AWS
import Platform
import Values

/// Counts and tells what happens on the way of calls to AWS: attempts that failed and are made again, and
/// credentials.
///
/// What a call brings in the end is told by who made it.
package final class AWSEventLog: Sendable {
    private let log: Log
    private let counters: CallCounters
    private let retries = LogThrottle(period: .seconds(1))

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
            var fields: [LogField] = []
            if let expireMs { fields.append(LogField("expires", UTCTime.text(ms: expireMs))) }
            log.log(.info, "credentials.refreshed", fields)
        case .credentialsNotRefreshed(let error):
            log.log(.error, "credentials.failed", error.fields)
        }
    }
}
