/// Every limit of this target.
package enum ControlLimits {
    // A look at ECS and a write.
    /// A write needs a look that was asked for no longer ago than this.
    package static let freshFor = Duration.milliseconds(250)
    /// How long a write waits for its fresh look; a raise then goes on from what was last seen.
    package static let freshLookWithin = Duration.milliseconds(700)
    /// How long a look that no write waits for may take.
    package static let lookWithin = Duration.seconds(2)
    /// How long UpdateService may take. Then it is decided again, within 2 s of the first attempt.
    package static let writeWithin = Duration.milliseconds(800)
    /// After a look that failed, raises do without one for this long.
    package static let blindFor = Duration.seconds(5)

    // Several aggregators.
    /// How long the second waits for the owner to act on a raise.
    package static let secondWait = Duration.milliseconds(300)
    /// How often the holder renews the lease, and the others look at it.
    package static let leasePeriod = Duration.seconds(1)
    /// How long the lease is the holder's after it sent a renewal.
    package static let leaseSpan = Duration.seconds(5)
    /// How long the others see no renewal before one of them takes it: longer, as clocks do not run
    /// equally fast.
    package static let leaseExpiry = Duration.milliseconds(5_500)
    /// How long a call for the lease may take.
    package static let leaseCallWithin = Duration.seconds(1)

    // Back-off. Low, as each second is one that customers wait.
    package static let uncertainRetry = Duration.milliseconds(100)
    package static let retryMin = Duration.milliseconds(250)
    package static let retryMax = Duration.seconds(4)
    /// For what will not pass on its own: a missing right, a parameter that ECS refuses.
    package static let lastingRetryMin = Duration.seconds(30)
    package static let lastingRetryMax = Duration.seconds(300)

    // Our share of AWS's rate for UpdateService: half of 50 at once and 5 a second.
    package static let writesAtOnce = 25.0
    package static let writesPerSecond = 2.5

    // Looks that no write waits for.
    /// While counts move, are not known yet, or ECS does not answer.
    package static let movingPeriod = Duration.seconds(1)
    /// Counts move for this long after a change.
    package static let movesFor = Duration.seconds(60)
    /// Services that one call describes; AWS's own limit.
    package static let servicesPerLook = 10
    /// Our share of DescribeServices is ten a second, and a few of them belong to writes.
    package static let looksPerRound = 8
    /// Counts older than this many periods lower nothing.
    package static let periodsTrusted = 3
    package static let countsTrustedMin = Duration.seconds(10)

    // Application Auto Scaling on the same services.
    package static let autoScalingPeriod = Duration.seconds(60)
    /// Of services whose scalable target we suspend.
    package static let autoScalingSuspendedPeriod = Duration.seconds(5)
    /// Without the right to ask.
    package static let autoScalingDeniedPeriod = Duration.seconds(600)

    // What is distrusted. ECS's reads are eventually consistent.
    /// AWS's advice: up to five minutes of patience after a write.
    package static let staleFor = Duration.seconds(300)
    /// A count that looks showed for this long has spread.
    package static let spreadAfter = Duration.seconds(30)
    /// Before that, an earlier count has to stand for this long to be somebody's reset.
    package static let resetStands = Duration.seconds(5)
    package static let earlierCountsMax = 16
    package static let deploymentsKnownMax = 16

    // Deployments.
    /// A failed deployment that nobody rolls back forbids lowering for this long.
    package static let failedDeploymentHolds = Duration.seconds(86_400)

    // Somebody else on the same service.
    /// An answer to a change of ours comes within this time.
    package static let answerWithin = Duration.seconds(600)
    package static let strikesMax = 3
    package static let strikesWithin = Duration.seconds(3_600)
    /// How long nothing is lowered then; doubled each time that it goes on, up to a day.
    package static let contestHoldMin = Duration.seconds(1_800)
    package static let contestHoldMax = Duration.seconds(86_400)

    /// A hold from before a restart that shows itself within this time is the same one.
    package static let holdsSeenWithin = Duration.seconds(120)

    /// A hold that comes and goes is announced no more often.
    package static let holdRepeatedAfter = Duration.seconds(600)

    /// What ECS says of the tasks' clocks is shown for one to two of these.
    package static let clockPeriod = Duration.seconds(60)
}
