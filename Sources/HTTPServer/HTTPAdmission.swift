/// What becomes of a request whose head is there, and whose body is not.
package enum HTTPAdmission: Sendable {
    /// Its sender showed who it is: it goes before strangers wherever something is short. The mark
    /// is given back with the whole request.
    case trusted(mark: Int)
    /// Taken, as there is room for.
    case taken
    /// The same; its body is of no interest, and never held.
    case withoutBody
    /// Answered with this, and its body never held.
    case refused(PreparedResponse)
}
