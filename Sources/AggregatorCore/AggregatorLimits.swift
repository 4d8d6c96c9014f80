/// Every limit of this target; those of a listener and of a policy are in `HTTPServer` and
/// `Scaling`.
package enum AggregatorLimits {
    // A report.
    package static let reportBodyBytesMax = 64 * 1024
    package static let reportInflatedBytesMax = 256 * 1024
    package static let reportDepthMax = 8
    /// An agent keeps 64 windows through an outage, and merges the oldest.
    package static let reportWindowsMax = 128
    /// What an agent holds at most; ARNs of ECS tasks take about 130 bytes.
    package static let arnBytesMax = 2048
    package static let nameBytesMax = 255
    package static let revisionBytesMax = 16
    /// JSON numbers are exact up to here.
    package static let sequenceMax: UInt64 = 1 << 53
    /// The end of 2199.
    package static let startMsMax: Int64 = 7_258_118_399_999
    /// A month: windows of an outage merge.
    package static let windowLengthMsMax: Int64 = 2_678_400_000
    package static let samplesMax: Int64 = 1_000_000_000
    package static let gaugeMax: Int64 = 100_000_000
    package static let counterMax: UInt64 = 1 << 53
    /// A use of the processors timed over a moment only may come out at many times the limit.
    package static let percentMax = 1_000_000.0
    /// Thirty years: a clock that was never set.
    package static let clockErrorMsMax = 1e12

    // A connection.
    /// Request line, headers and what libmicrohttpd reads at once; it clears all of this for each
    /// request, so more costs time as well.
    package static let connectionMemoryBytes = 4 * 1024
    /// A report takes about 400 bytes; a longer body's buffer is given back.
    package static let bodyBufferKeptBytes = 1024

    /// Of `connectionsMax`, for the health check and operators on this machine.
    package static let connectionsReserved = 8
    /// How often what was done to connections is looked at, for the log.
    package static let connectionLogPeriod = Duration.seconds(10)
    /// Descriptors for calls, files and what is being closed; connections have the rest.
    package static let descriptorsReserved = 64 + 100

    // The configuration.
    package static let configurationBytesMax = 1024 * 1024
    package static let configurationDepthMax = 16
    package static let servicesMax = 1_000
    package static let timeZoneDirectory = "/usr/share/zoneinfo"
    package static let timeZoneBytesMax = 64 * 1024
    package static let tokenBytesMin = 16
    package static let tokenBytesMax = 512
    package static let tokensMax = 2
    package static let tokenScopesMax = 100
    package static let tokenFileBytesMax = 4 * 1024

    // Readers of reports: one for each worker at work, a few of them idle.
    package static let readersKeptMax = 64

    // Tasks without a service name.
    package static let resolvedTasksMax = 20_000
    package static let unresolvedTasksMax = 2_000
    package static let unknownTasksMax = 2_000
    /// DescribeTasks takes so many at once.
    package static let describeTasksMax = 100
    /// How long a task that ECS does not know, or that belongs to no service, is not asked for
    /// again.
    package static let unknownTaskFor = Duration.seconds(60)
    package static let resolvePeriod = Duration.milliseconds(250)
    package static let resolveRetry = Duration.seconds(2)

    // Acting.
    package static let announcementsWaitingMax = 1_000
    /// Of one service.
    package static let announcementsAtOnce = 30.0
    package static let announcementsPerSecond = 0.1
    /// How often a service without news decides again, as time passes.
    package static let tickPeriod = Duration.seconds(1)

    /// A task whose clock is further off is logged.
    package static let clockSkewMsMax: UInt64 = 60_000

    // State that lasts.
    /// Operators' orders that wait to be stored.
    package static let ordersWaitingMax = 64
    /// Between two writes, so that many changes are one.
    package static let storePause = Duration.milliseconds(250)
    /// How often a store that could not be read is asked again.
    package static let storeRetry = Duration.seconds(5)
    /// How often operators' orders to another aggregator are looked for.
    package static let ordersPeriod = Duration.seconds(2)
    /// How long the start waits for what was stored.
    package static let restoreWithin = Duration.seconds(3)

    // Overload.
    package static let metadataBytesMax = 256 * 1024
    /// How often ECS's task metadata is asked for the task's processors, a second apart.
    package static let metadataAttemptsMax = 5
    /// Some reports are always taken, or nothing would be known any more.
    package static let shedPermilleMax = 800
    /// How long an agent whose report is not taken waits: below the time after which a task is
    /// stale, and a task beyond those of a service may get another's place soon.
    package static let retryAfterSeconds = 1
    /// The share of the processors that strangers and refusals take at most.
    package static let strangersShare = 0.1
    /// Strangers who take more than this share of what the process uses are shed before reports.
    package static let strangersLeastShare = 0.02

    // Operators.
    package static let operatorBodyBytesMax = 4 * 1024
    package static let pauseReasonBytesMax = 500
    /// What a client takes for an answer: a thousand services.
    package static let statusBytesMax = 4 * 1024 * 1024
    package static let pauseMin = Duration.seconds(1)
    package static let pauseMax = Duration.seconds(7 * 86_400)
    package static let pauseDefault = Duration.seconds(3_600)

    // Who listens to events, and who signs in.
    /// What a listener has not taken yet; then it is cut off.
    package static let eventBytesMax = 512 * 1024
    package static let eventSubscribersMax = 64
    /// Of these, strangers.
    package static let eventStrangersMax = 16
    /// Rows in one second's event; of more services, each second brings the next ones.
    package static let eventRowsMax = 250
    package static let sessionsMax = 64
    package static let sessionFor = Duration.seconds(1_800)
    /// Attempts to sign in that fail, of one address.
    package static let guessesAtOnce = 5.0
    package static let guessesPerSecond = 0.1
    package static let guessersMax = 1_000

    // The log, and metrics as lines.
    /// Each; as many again are being written. A thousand services' metrics take 600 KB.
    package static let linesWaitingBytesMax = 1024 * 1024
    /// How long the program's end waits for a reader, for each stream.
    package static let linesDrainWithin = Duration.milliseconds(500)

    // The program.
    /// Requests in progress have this long to end, then calls to AWS under way have the rest.
    package static let drainWithin = Duration.seconds(1)
    package static let stopWithin = Duration.seconds(4)
}
