import FargateLocal
import Foundation
import Synchronization

/// The sample's loop (aws-samples/aws-fargate-fast-autoscaler): polls the status pages of the first
/// three tasks, and by the mean of their open connections calls UpdateService or waits 3 s.
///
/// In its favour: no Step Functions, no Lambda, no ListTasks and DescribeTasks, each page read
/// once, no SNS before the update, and no wait of 60 s after it.
final class SampleLoop: Sendable {
    static let accessKeyID = "AKIASAMPLE"
    private static let period = 3.0
    private static let tasksPolledMax = 3
    private static let steps = [(500, 20), (300, 15), (100, 10), (50, 2)]

    private let fargate: LocalFargate
    private let act: @Sendable (Int) -> Void
    private let service: String
    private let isStopped = Atomic<Bool>(false)
    private let isWatching = Atomic<Bool>(false)

    /// `act` gets each count it would set, and sets it unless something else is given.
    init(
        _ fargate: LocalFargate, cluster: String, service: String,
        act: (@Sendable (Int) -> Void)? = nil
    ) {
        self.act =
            act ?? { count in
                _ = FormalECSClient(port: fargate.port, accessKeyID: Self.accessKeyID)
                    .updateService(
                        cluster: cluster, service: service, desiredCount: count)
            }
        self.fargate = fargate
        self.service = service
    }

    func start() {
        Thread.detachNewThread { [self] in
            // Its phase is its own: surges come at random moments of it.
            Thread.sleep(forTimeInterval: .random(in: 0..<Self.period))
            while !isStopped.load(ordering: .relaxed) {
                if isWatching.load(ordering: .acquiring) { poll() }
                Thread.sleep(forTimeInterval: Self.period)
            }
        }
    }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
    }

    /// Whether it polls; it keeps its interval meanwhile, and begins without.
    func watch(_ watches: Bool) {
        isWatching.store(watches, ordering: .releasing)
    }

    private func poll() {
        let tasks = fargate.runningTasks(service).prefix(Self.tasksPolledMax)
        guard !tasks.isEmpty else { return }
        let reading = FleetReading(Array(tasks))
        // A page that fails counts as zero, as in the sample.
        let mean = reading.active / tasks.count
        guard let step = Self.steps.first(where: { mean >= $0.0 }) else { return }
        act(step.1)
    }
}
