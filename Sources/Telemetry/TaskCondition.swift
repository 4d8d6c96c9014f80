/// What an agent makes of its samples and witnesses together, at the end of a window.
package enum TaskCondition: Sendable {
    /// nginx answers, and what it says can be believed.
    case serving
    /// nginx does not answer in time, or says less than the kernel's queues show, because it has
    /// more work than it can do: the task is at least as loaded as it last was.
    case saturated
    /// nginx does not answer, and nothing waits for it.
    case down
    /// Neither can be said.
    case unknown
}
