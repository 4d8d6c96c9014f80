import FargateLocal
import Foundation
import Platform
import Synchronization
import Values

/// One surge of a case, and what came of it.
struct SaturationSurge {
    /// From the load's rise to the first call for more tasks; `nil` when there was none.
    private(set) var firstRaise: Double?
    /// The most that was asked for.
    private(set) var count = SaturationScene.tasks
    /// When the sample's loop would have asked for more.
    private(set) var peerRaise: Double?
    private(set) var calls = ""

    /// How long a surge lasts, in seconds.
    static let length = 8.0
    private static let calm = 2.5
    /// Longer than a surge: on Fargate too, what is asked for serves after it.
    static let startDelay = Duration.seconds(600)

    init(_ wanted: SaturationCase, _ scene: SaturationScene, wrk: String) throws {
        let calm =
            wanted.usesTLS
            ? nil : LightLoad(scene.tasks, path: "/healthz", clients: 1, pause: 0.2)
        Thread.sleep(forTimeInterval: Self.calm)
        let seen = scene.fargate.callCount
        let peer = PeerWatch(scene.fargate)
        let begin = MonotonicClock.now()
        let loads = try scene.tasks.enumerated().map { number, task in
            try FargateLocal.LoadGenerator(
                wrk: wrk, url: wanted.url(of: task), connections: wanted.clients,
                log: "\(scene.fargate.addresses.workDirectory)/wrk-\(number).log",
                guardian: scene.fargate.guardian, isKept: wanted.keepsClients,
                headers: ["Accept-Encoding: gzip"])
        }
        Thread.sleep(forTimeInterval: Self.length)
        let asked = scene.asked(after: seen)
        peerRaise = peer.stop().map { ($0 - begin).inSeconds }
        calm?.stop()
        // Ended by their guardian at the latest.
        for load in loads { load.end() }
        firstRaise = asked.first { $0.count > SaturationScene.tasks }.map {
            ($0.at - begin).inSeconds
        }
        count = max(SaturationScene.tasks, asked.map(\.count).max() ?? 0)
        calls = asked.map { call in
            "\(((call.at - begin).inSeconds * 100).rounded() / 100) s: \(call.count)"
        }.joined(separator: ", ")
    }

    /// By how much the count misses what is needed, in either direction; 1 when it does not.
    func miss(of needed: Double) -> Double {
        max(needed / Double(count), Double(count) / needed)
    }
}

extension SaturationCase {
    fileprivate func url(of task: TaskProbe) -> String {
        let path = page == .compressed ? "/large/page" : "/"
        return "\(usesTLS ? "https" : "http")://\(task.address):\(task.ports.nginx)\(path)"
    }
}

/// The sample's loop on the same tasks, which only notes when it would have acted.
private final class PeerWatch {
    private let loop: SampleLoop
    private let first: First

    private final class First: Sendable {
        let at = Atomic<Int64>(0)
    }

    init(_ fargate: LocalFargate) {
        let first = First()
        self.first = first
        loop = SampleLoop(
            fargate, cluster: SaturationScene.cluster, service: SaturationScene.service
        ) { count in
            guard count > SaturationScene.tasks else { return }
            let now = MonotonicClock.now().nanoseconds
            _ = first.at.compareExchange(expected: 0, desired: now, ordering: .relaxed)
        }
        loop.watch(true)
        loop.start()
    }

    func stop() -> Instant? {
        loop.stop()
        let at = first.at.load(ordering: .relaxed)
        return at == 0 ? nil : Instant(nanoseconds: at)
    }
}
