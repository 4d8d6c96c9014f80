import Platform

/// `fargate-local demo`: two tasks, the aggregator, a surge; shows that and how fast it scales.
package struct DemoCommand: Sendable {
    package var options = LocalFargate.Options()
    package private(set) var aggregator = "\(Files.ownDirectory())/aggregator"
    package private(set) var wrk = FargatePrograms.find("wrk")
    package private(set) var tasks = 2
    package private(set) var tasksMax = 8
    /// Requests in progress for each task.
    package private(set) var target = 10
    package private(set) var baseConnections = 4
    package private(set) var surgeConnections = 60
    package private(set) var keepsRunning = false

    package let cluster = "local"
    package let service = "web"

    package static let usage = """
        fargate-local demo [options]
          Tasks, agents, the aggregator, then a surge of real load; prints a timeline and a summary.
          Exits 0 only when the service scaled out and every new task served requests.
          --aggregator PATH          default: next to this program
          --agent PATH               default: .build/agent/agent, else next to this program
          --tasks 2 --max 8          desired count at the start, and the most
          --target 10                requests in progress for each task
          --base 4 --surge 60        connections of wrk before and in the surge
          --keep                     leave everything up until Ctrl-C
          and the delays, backend and nginx options of run
        """

    package init(_ arguments: [String]) throws(FargateLocalError) {
        var arguments = Arguments(arguments)
        aggregator = try arguments.value("--aggregator") ?? aggregator
        wrk = try arguments.value("--wrk") ?? wrk
        let counts = 1...FargateLocalLimits.tasksMax
        tasks = try arguments.integer("--tasks", counts) ?? tasks
        tasksMax = try arguments.integer("--max", counts) ?? tasksMax
        target = try arguments.integer("--target", 1...10_000) ?? target
        baseConnections = try arguments.integer("--base", 1...1000) ?? baseConnections
        surgeConnections = try arguments.integer("--surge", 1...1000) ?? surgeConnections
        keepsRunning = arguments.flag("--keep")
        options.settings.startDelay = .seconds(3)
        try RunCommand.take(&arguments, &options.settings)
        try RunCommand.take(&arguments, &options.programs)
        try arguments.end()
        guard !options.settings.statusIsUnixSocket else {
            throw .badOption(
                name: "--status-socket", value: "", expected: "left out: the demo reads the pages")
        }
        options.clusters.insert(cluster)
    }

    /// Whether it scaled and the new tasks served.
    package func run(signals: borrowing SignalQueue) throws(FargateLocalError) -> Bool {
        let demonstration = try Demonstration(self)
        let outcome = try demonstration.run { signals.next() == .terminate }
        if keepsRunning, outcome != .interrupted {
            demonstration.showAddresses()
            while signals.wait() != .terminate {}
        }
        demonstration.stop()
        return outcome == .scaled
    }
}
