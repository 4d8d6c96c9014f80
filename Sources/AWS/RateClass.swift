/// Operations that share one of AWS's rate limits.
package enum RateClass: CaseIterable, Hashable, Sendable {
    /// UpdateService: 50 at once, 5/s.
    case updateService
    /// DescribeServices, ListServices: 100 at once, 20/s.
    case readServices
    /// DescribeTasks, DescribeClusters: 100 at once, 20/s.
    case readTasks
    /// SNS Publish: 300/s in the smallest regions.
    case publish
    /// DynamoDB, on demand: thousands a second; ours is a guard against our own mistakes.
    case table
    /// Application Auto Scaling publishes no rates: seldom.
    case scalableTargets
}
