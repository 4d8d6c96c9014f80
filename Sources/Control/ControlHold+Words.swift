/// The numbers that a hold's sentences name.
struct HoldFacts: Sendable {
    var desired = 0
    var max = 0
    var wanted = 0
    var live = 0
    var missing = 0
    var saturated = 0
    var strangers = 0
    var clockErrorMs = 0.0
}

extension ControlHold {
    func words(_ facts: HoldFacts) -> String {
        switch self {
        case .daemon:
            "ECS runs one task of this service on each instance: it has no desired count to set."
        case .switchedOff: "Somebody else set the desired count to 0."
        case .contested:
            "Somebody else raised the desired count back \(ControlLimits.strikesMax) times"
                + " within an hour after we lowered it."
        case .undone:
            "Somebody else lowered the desired count again \(ControlLimits.strikesMax) times"
                + " within an hour after we raised it."
        case .autoScaling:
            "Application Auto Scaling has an active scalable target on this service,"
                + " and changes the same count."
        case .deploymentFailed:
            "The last deployment failed and was not rolled back."
        case .deploymentLasts:
            "A deployment has been in progress for over an hour."
        case .countsOld:
            "DescribeServices does not answer: the last counts are \(facts.desired) desired."
        case .noLease:
            "The table of the lease does not answer, or its holder is gone:"
                + " no aggregator is known to hold it."
        case .atMax:
            "The load asks for \(facts.wanted) tasks, and max is \(facts.max)."
        case .startsFail:
            "None of the tasks that were ordered came within the start timeout."
        case .partialData:
            "\(facts.missing) running tasks report nothing, \(facts.live) report."
        case .saturated:
            "\(facts.saturated) of \(facts.live) tasks have more work than nginx can do."
        case .strangers:
            "\(facts.strangers) tasks report as this service's and are not its own."
        case .clock:
            "A task's clock is not synchronized; it may be off by"
                + " \(Int(facts.clockErrorMs.rounded())) ms."
        }
    }

    var next: String {
        switch self {
        case .daemon: "No call is made. Remove it from the configuration."
        case .switchedOff: "It stays 0 until somebody sets more."
        case .contested:
            "Nothing is lowered until it ends; raises go on. Look for a second autoscaler,"
                + " a schedule or a pipeline that sets the count."
        case .undone:
            "We raise it again as the load asks. Look for a second autoscaler, a schedule or a"
                + " pipeline that sets the count."
        case .autoScaling:
            "Nothing is lowered until it ends; raises go on. Deregister the target,"
                + " or suspend it: \"applicationAutoScaling\": \"suspend\"."
        case .deploymentFailed:
            "Nothing is lowered for a day; raises start tasks of whichever revision ECS keeps."
                + " Roll back, or deploy again."
        case .deploymentLasts: "Nothing is lowered until it ends; raises go on."
        case .countsOld:
            "Raises go on from these counts, nothing is lowered, and ECS is asked each second."
        case .noLease:
            "Raises go on, nothing is lowered until one holds it. Look at the table and at the"
                + " role's right to write it."
        case .atMax: "Raise max, or the service stays overloaded."
        case .startsFail:
            "One raise is tried again each start timeout. Look at the service's events in ECS."
        case .partialData: "Nothing is lowered until they report. Look at the agents' logs."
        case .saturated:
            "Nothing is lowered meanwhile. Look whether new tasks come, and what the backend"
                + " waits for."
        case .strangers:
            "They are not counted. Look for tasks that somebody ran by hand, and for a service"
                + " that copied the name."
        case .clock: "No decision depends on it, but times in that task's log are wrong."
        }
    }

    var endWords: String {
        switch self {
        case .daemon: "ECS lets the desired count be set now."
        case .switchedOff: "Somebody set more than 0."
        case .contested: "Nobody raised the desired count back lately."
        case .undone: "Nobody lowered the desired count again for an hour."
        case .autoScaling: "Application Auto Scaling does not change this service any more."
        case .deploymentFailed: "The failed deployment is over."
        case .deploymentLasts: "The deployment is over."
        case .countsOld: "DescribeServices answers again."
        case .noLease: "An aggregator holds the lease again."
        case .atMax: "The load asks for no more than max."
        case .startsFail: "Ordered tasks come again."
        case .partialData: "Enough of the running tasks report again."
        case .saturated: "No task is saturated any more."
        case .strangers: "Only the service's own tasks report."
        case .clock: "The tasks' clocks are synchronized."
        }
    }

    var nextWhenOver: String {
        switch self {
        case .strangers, .clock: "Nothing is left to do."
        default: "It is scaled as its load asks."
        }
    }
}
