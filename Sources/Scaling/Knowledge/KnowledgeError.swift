/// Why what an earlier run learnt is not taken; the scaler is then as it was.
package enum KnowledgeError: Error, Equatable, CustomStringConvertible {
    /// The bytes do not begin as ours do.
    case notKnowledge
    case otherVersion(Int)
    /// It was learnt for another metric, target or caution.
    case otherPolicy
    /// It breaks off, goes on too long, or does not match its checksum.
    case damaged
    case tooOld(days: Int)

    package var description: String {
        switch self {
        case .notKnowledge: "these bytes are not a scaler's knowledge"
        case .otherVersion(let version):
            "it is of version \(version), and version \(Archive.version) is read here: learn anew"
        case .otherPolicy:
            "it was learnt with other metrics, targets or another caution: learn anew"
        case .damaged: "it is cut short or damaged: learn anew"
        case .tooOld(let days):
            "it is \(days) days old, and at most \(Limits.knowledgeDaysMax) are taken: learn anew"
        }
    }
}
