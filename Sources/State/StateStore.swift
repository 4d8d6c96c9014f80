/// Where state lasts.
///
/// Whoever writes has read before: a store that could not be read is never written over.
package protocol StateStore: Sendable {
    /// For the log: which store, and where.
    var words: String { get }

    /// What was saved last; `nil` when nothing was, or what was cannot be trusted. `note` hears
    /// what a person should know of it.
    func load(note: @Sendable (StateNote) -> Void) async throws(StateError) -> SavedState?

    /// Durable when it returns.
    func save(_ state: SavedState) async throws(StateError)
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
    case tooLarge(bytes: Int, bytesMax: Int)

    package var text: String {
        switch self {
        case .unavailable(let reason): reason
        case .damaged(let reason): "the state is damaged: \(reason)"
        case .newer(let version):
            "the state is of version \(version), and this program reads up to"
                + " \(StateDocument.version)"
        case .tooLarge(let bytes, let bytesMax):
            "the state takes \(bytes) bytes, and \(bytesMax) are allowed"
        }
    }
}
