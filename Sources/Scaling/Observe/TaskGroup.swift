/// In which sums a task's load stands; each counted task is in exactly one group.
struct TaskGroup: Equatable, Sendable {
    /// What the task is to the service's capacity.
    enum Role: Int, CaseIterable, Sendable {
        /// It serves, and its warm-up is over.
        case mature
        /// It serves, within its warm-up: it does not speak for a mean.
        case young
        /// Its load counts, its capacity does not last.
        case draining
    }

    /// How far the task's word is believed.
    enum Word: Int, CaseIterable, Sendable {
        case plain
        /// Far above its target: believed when others say the same.
        case loud
        /// It has more work than it can do, and its queues show it.
        case saturated
    }

    var role: Role
    var word: Word
    /// Heard for less than `Limits.newcomerFor`: it counts where ECS's counts have room for it.
    var isNewcomer: Bool

    /// The place in `FleetSums`.
    var cell: Int {
        (isNewcomer ? Self.cellsPerHalf : 0) + role.rawValue * Word.allCases.count + word.rawValue
    }

    static let cellsPerHalf = 9
}
