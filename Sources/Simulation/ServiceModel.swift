/// What a simulated service is like.
package struct ServiceModel: Equatable, Sendable {
    /// Requests that a task serves at once; more wait in nginx.
    package var concurrency = 10.0
    /// Requests that wait in a task's nginx at most, as `worker_connections` bounds them; more are
    /// refused.
    package var queuePerTask = Double.infinity
    /// Standard deviation of the load of a task over the mean of all: 0 is even balancing.
    package var imbalance = 0.0
    /// Mean time a request is served, without waiting, in seconds.
    package var serviceSeconds = 0.2
    /// Standard deviation of that time over its mean; 1 is the exponential distribution.
    package var serviceVariation = 1.0
    /// By how much service slows at full load, as a share: 0 not at all, 1 twice as long.
    package var slowdown = 0.0
    /// From the order of a task to its first request, log-normal.
    package var startMedianSeconds = 45.0
    package var startSigma = 0.25
    package var startRangeSeconds = 20.0...70.0
    /// The share of that variance that the tasks of one order have in common: a slow image pull is
    /// slow for all of them.
    package var startCorrelation = 0.0
    /// Fargate launches so many tasks of one service at once, and then so many a second; more wait
    /// (AWS Fargate service quotas: 100 at once, 500 a minute).
    package var launchBurst = 100.0
    package var launchesPerSecond = 500.0 / 60
    /// Fargate bills each task at least a minute.
    package var billedSecondsMin = 60.0
    /// Idle keep-alive connections that the load balancer holds open to each task.
    package var idleConnectionsPerTask = 0.0
    package var minTasks = 1
    package var maxTasks = 5_000

    package init() {}

    /// Task-seconds of work that a request brings.
    package var workPerRequest: Double {
        serviceSeconds / concurrency
    }

    /// Requests a second that fill one task.
    package var requestsPerSecondPerTask: Double {
        concurrency / serviceSeconds
    }
}
