/// The loop of aws-samples/aws-fargate-fast-autoscaler.
///
/// Polls every 3 s the open connections of up to three tasks, twice each, and takes the integer
/// mean; the steps lead to 2, 10, 15 or 20 tasks; after an action it is blind for 60 s.
package struct SampleLoop: Autoscaler {
    /// How it is built: as written, where 50–99 forces down to 2, or with its faults mended.
    package enum Form: Sendable {
        case asWritten
        case mended
    }

    package let name: String
    private let form: Form
    /// Thresholds of the mean and the counts they lead to, highest first.
    private let steps: [(threshold: Double, tasks: Int)]
    private var nextPoll = 3.0
    private var current = 0

    /// `thresholds` scales the sample's 50, 100, 300, 500 and `tasks` its 2, 10, 15, 20.
    package init(form: Form, thresholds: Double = 1, tasks: Double = 1) {
        name = form == .asWritten ? "sample" : "sample-mended"
        self.form = form
        steps = [(500.0, 20.0), (300, 15), (100, 10), (50, 2)].map {
            ($0.0 * thresholds, max(1, Int(($0.1 * tasks).rounded())))
        }
    }

    package mutating func desired(after observation: Observation) -> Int {
        if current == 0 { current = observation.desired }
        guard observation.second + 1e-9 >= nextPoll else { return current }
        let mean = (observation.active / Double(max(1, observation.running))).rounded(.down)
        guard let step = steps.first(where: { mean >= $0.threshold }) else {
            nextPoll = observation.second + 3
            return current
        }
        nextPoll = observation.second + 60
        switch form {
        case .asWritten: current = step.tasks
        case .mended: current = max(current, step.tasks)
        }
        return current
    }
}
