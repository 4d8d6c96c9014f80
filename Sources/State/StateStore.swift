import Control

/// Where state lasts.
///
/// Whoever writes has read before: a store that could not be read is never written over.
package protocol StateStore: Sendable {
    /// For the log: which store, and where.
    var words: String { get }

    /// What was saved last, in parts that belong together; none when nothing was, or what was
    /// cannot be trusted. `note` hears what a person should know of it.
    func load(note: @Sendable (StateNote) -> Void) async throws(StateError) -> [SavedState]

    /// Durable when it returns.
    func save(_ state: SavedState, by writer: StateWriter) async throws(StateError)

    /// What operators ordered, of each service for which they did, by `cluster/service`; none
    /// where no other aggregator shares the store.
    func orders() async throws(StateError) -> [String: SavedOrders]
}

/// Who saves.
package struct StateWriter: Equatable, Sendable {
    /// Whether it speaks for the services. If not, it stores nothing but the orders that operators
    /// gave it.
    package var speaks: Bool
    /// The fencing number of its lease.
    package var fence: Int64
    /// Whether what changes with each report is stored too, where that is stored apart.
    package var isSnapshot = true

    package init(speaks: Bool, fence: Int64) {
        self.speaks = speaks
        self.fence = fence
    }

    package static let alone = StateWriter(speaks: true, fence: 0)
}

/// What a person should know of a store that was read.
package enum StateNote: Equatable, Sendable {
    /// It is not what was written, or of a later version, and is kept elsewhere for a person.
    case distrusted(reason: String, keptAs: String)
}

/// Why a store was not read or not written.
package enum StateError: Error, Equatable, Sendable {
    /// It cannot be reached or used now.
    case unavailable(reason: String)
    /// It is not what was written: cut short, or changed.
    case damaged(reason: String)
    /// A later version of this program wrote it.
    case newer(version: Int)
    /// Somebody else stored something newer meanwhile.
    case overtaken
    case tooLarge(bytes: Int, bytesMax: Int)

    package var text: String {
        switch self {
        case .unavailable(let reason): reason
        case .damaged(let reason): "the state is damaged: \(reason)"
        case .newer(let version):
            "the state is of version \(version), and this program reads up to"
                + " \(StateDocument.version)"
        case .overtaken: "another aggregator stored something newer: look, and order it again"
        case .tooLarge(let bytes, let bytesMax):
            "the state takes \(bytes) bytes, and \(bytesMax) are allowed"
        }
    }
}
