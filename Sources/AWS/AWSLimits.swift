/// Every limit of this module.
package enum AWSLimits {
    // Retry: an answer that takes longer is of no use to an autoscaler, which decides again.
    package static let attemptsMax = 5
    /// From the first attempt until no further one is begun.
    package static let callSpanMax = Duration.seconds(15)
    package static let retryDelayBase = Duration.milliseconds(50)
    package static let throttledDelayBase = Duration.milliseconds(500)
    package static let retryDelayMax = Duration.seconds(5)
    /// How long a call waits for its share of the rate before it is given up.
    package static let rateWaitMax = Duration.seconds(5)

    // One attempt.
    package static let connectTimeout = Duration.seconds(1)
    package static let requestTimeout = Duration.seconds(5)
    /// Ten services with a hundred events each, or a hundred tasks: some 500 KB.
    package static let answerBytesMax = 4 * 1024 * 1024
    /// What an error keeps of AWS's own sentence.
    package static let messageCharactersMax = 500

    // Set by AWS.
    package static let servicesPerDescribe = 10
    package static let tasksPerDescribe = 100
    package static let scalableTargetsPerDescribe = 50
    package static let subjectCharactersMax = 100
    /// The ids of a FIFO topic: of a message's group, and to drop a second copy by.
    package static let fifoIDCharactersMax = 128
    /// Subscriptions with raw delivery drop messages with more.
    package static let messageAttributesMax = 10
    package static let messageBytesMax = 256 * 1024

    // DynamoDB.
    /// How long a call may take.
    package static let tableTimeout = Duration.seconds(2)
    /// Pages of 1 MB that one query reads.
    package static let tablePagesMax = 512
    /// Set by AWS: 400 KB, names and all.
    package static let itemBytesMax = 400 * 1024

    // Credentials.
    package static let credentialsBytesMax = 64 * 1024
    package static let tokenFileBytesMax = 16 * 1024
    package static let credentialsAttemptsMax = 3
    /// All attempts at a fetch together; less than the limit of UpdateService, which waits for it.
    package static let credentialsWithin = Duration.seconds(1)
    package static let credentialsAttemptMin = Duration.milliseconds(50)
    /// So long before they expire, new ones are fetched while the old ones serve.
    package static let refreshAhead = Duration.seconds(300)
    /// So long before they expire, nobody is given the old ones before new ones were tried for.
    package static let refreshRequired = Duration.seconds(60)
    /// After a failed fetch, until the next one while the old ones serve.
    package static let refreshPause = Duration.seconds(10)

    /// Half of what AWS allows the account and region, so that people and deployments keep theirs.
    static func rate(of rateClass: RateClass) -> (burst: Double, perSecond: Double) {
        switch rateClass {
        case .updateService: (25, 2.5)
        case .readServices: (50, 10)
        case .readTasks: (50, 10)
        case .publish: (50, 50)
        case .table: (2_000, 100)
        case .scalableTargets: (20, 2)
        }
    }
}
