/// What ECS says of a service, from DescribeServices or from our own accepted UpdateService.
package struct ServiceCounts: Equatable, Sendable {
    package var desiredCount: Int
    package var runningCount: Int
    package var pendingCount: Int
    package var deploymentInProgress: Bool

    package init(
        desiredCount: Int, runningCount: Int, pendingCount: Int, deploymentInProgress: Bool
    ) {
        self.desiredCount = desiredCount
        self.runningCount = runningCount
        self.pendingCount = pendingCount
        self.deploymentInProgress = deploymentInProgress
    }
}
