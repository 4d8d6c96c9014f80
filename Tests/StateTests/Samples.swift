import Control
import Scaling

@testable import State

enum Samples {
    static func state(reason: String = "deployment") -> SavedState {
        var service = SavedService()
        service.orders.overrides = [
            SavedOverride(kind: "pause.both", reason: reason, untilMs: 1_790_000_600_000),
            SavedOverride(
                kind: "floor", count: 50, reason: "“Abend”", untilMs: 1_790_000_700_000),
        ]
        service.orders.edition = 4
        service.orders.lastChange = SavedChange(from: 2, to: 9, wallMs: 1_790_000_000_000)
        service.orders.holds = [SavedHold(hold: "atMax", sinceMs: 1_789_999_999_999)]
        service.memory.wanted = [.init(age: .seconds(40), tasks: 12)]
        service.memory.found = [.init(age: .milliseconds(1), tasks: 2)]
        service.memory.changes = [
            .init(age: .seconds(50), tasks: 3), .init(age: .seconds(5), tasks: -1),
        ]
        service.memory.startSeconds = [60, 60, 31.25]
        service.learnt = SavedLearning(bytes: [0, 255, 7])
        return SavedState(
            takenMs: 1_790_000_000_500,
            services: ["shop/web": service, "shop/empty": SavedService()])
    }
}
