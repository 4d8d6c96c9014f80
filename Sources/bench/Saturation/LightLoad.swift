import FargateLocal
import Foundation
import Synchronization

/// A few clients of each task, which wait when they are refused, where wrk would try without end.
final class LightLoad: Sendable {
    private let isStopped = Atomic<Bool>(false)

    /// `path` is asked by this many clients of each task, one request after the other with a pause.
    init(_ tasks: [TaskProbe], path: String, clients: Int, pause: Double) {
        for task in tasks {
            for _ in 0..<clients {
                Thread.detachNewThread { [weak self] in
                    while let self, !self.isStopped.load(ordering: .relaxed) {
                        let answer = LoopbackClient.get(
                            task.address, port: task.ports.nginx, path: path, timeoutMs: 5000)
                        Thread.sleep(forTimeInterval: answer == nil ? Self.refusedPause : pause)
                    }
                }
            }
        }
    }

    private static let refusedPause = 0.05

    func stop() {
        isStopped.store(true, ordering: .relaxed)
    }
}
