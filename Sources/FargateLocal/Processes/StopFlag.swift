import Synchronization

/// A wish to stop that threads look at.
final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    /// Whether this was the first time.
    func set() -> Bool { !flag.exchange(true, ordering: .relaxed) }
}
