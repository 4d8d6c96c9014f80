/// How the tasks of this Fargate behave.
package struct FargateSettings: Sendable {
    package enum ClusterForm: String, Sendable {
        case arn, name
    }

    /// From the request to start a task until its processes start.
    package var startDelay = Duration.seconds(1)
    /// A stopping task is out of the balancer for this long before SIGTERM.
    package var deregistrationDelay = Duration.milliseconds(300)
    /// From SIGTERM to SIGKILL.
    package var stopTimeout = Duration.seconds(5)
    /// The size of a task, which its CPU group and its metadata have.
    package var vCPU = 0.25
    /// Whether each task has a network and a CPU group of its own, where this machine allows it.
    package var isolatesTasks = true
    /// Of each task's nginx.
    package var workerConnections = 8192
    package var serviceTimeMs = 50
    package var concurrency = 100
    /// What a request costs the backend.
    package var cpuTimeMs = 0
    /// Whether the metadata of a task names its service, as documented, or not, as real samples
    /// show.
    package var metadataHasServiceName = true
    /// Whether the metadata gives the cluster as an ARN or by its short name.
    package var metadataClusterForm = ClusterForm.arn
    /// The agent samples by a unix socket instead of a loopback port.
    package var statusIsUnixSocket = false
    package var region = "us-east-1"
    package var account = "123456789012"

    package init() {}
}
