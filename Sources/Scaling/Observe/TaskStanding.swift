/// Whether a report's task is one of the service's own.
package enum TaskStanding: Sendable {
    /// Nobody asked ECS: the task counts, within what ECS counts.
    case unverified
    /// ECS lists the task in the service.
    case verified
    /// ECS knows the task, and it is not the service's: one of `aws ecs run-task`, or of a service
    /// with a copied name.
    case stranger
}
