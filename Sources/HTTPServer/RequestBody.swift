/// The body of one request as it comes: held, thrown away, or refused.
///
/// ```
///             begin ──► held ──── longer than it may be ───► tooLarge
///                  ├──► ignored (nobody wants it)
///                  └──► refused (answered already in mind)
/// ```
/// Only what is held takes memory. What is thrown away has a limit as well: beyond it the
/// connection ends.
struct RequestBody {
    enum Fate {
        case held, ignored, tooLarge, refused
    }

    private(set) var fate = Fate.held
    private(set) var bytes: [UInt8] = []
    /// What Content-Length announced; `nil` without one.
    private var announced: Int?
    /// Bytes seen, held or not.
    private var count = 0

    /// What a client that is refused may send until it gets its answer: an agent's report and more.
    static let refusedBytesMax = 16 * 1024

    mutating func begin(announced: Int?) {
        bytes.removeAll(keepingCapacity: true)
        self.announced = announced
        count = 0
        fate = .held
    }

    /// From here on nothing is held.
    mutating func discard(as fate: Fate) {
        self.fate = fate
        bytes = []
    }

    /// Whether the bytes are the whole body, which then need not be held.
    func isWhole(_ piece: UnsafeRawBufferPointer) -> Bool {
        count == 0 && piece.count == announced && fate == .held
    }

    /// Whether it is known from the start that more comes than is ever read.
    func exceeds(_ limits: HTTPServerLimits) -> Bool {
        announced.map { $0 > discardedMax(limits) } ?? false
    }

    /// False when the client has sent more than the server is willing to throw away.
    mutating func append(_ piece: UnsafeRawBufferPointer, _ limits: HTTPServerLimits) -> Bool {
        count += piece.count
        if fate == .held, count > limits.bodyBytesMax { discard(as: .tooLarge) }
        guard fate == .held else { return count <= discardedMax(limits) }
        bytes.append(contentsOf: piece)
        return true
    }

    /// Gives a long buffer back.
    mutating func end(keptBytesMax: Int) {
        if bytes.capacity > keptBytesMax { bytes = [] }
    }

    private func discardedMax(_ limits: HTTPServerLimits) -> Int {
        fate == .refused
            ? min(Self.refusedBytesMax, limits.discardedBytesMax) : limits.discardedBytesMax
    }
}
