/// Why the samples of a window failed, by kind; together they are the window's `failed`.
package struct SampleFailures: Equatable, Sendable {
    /// Nobody listens, or the address does not let anybody in.
    package var refused = 0
    /// No answer within the time a sample has.
    package var timedOut = 0
    /// The connection was reset or closed before the first byte of an answer.
    package var reset = 0
    /// An answer that began, and whose connection ended before it was whole.
    package var cutShort = 0
    /// A whole answer that is not a status page.
    package var wrongAnswer = 0

    package init(
        refused: Int = 0, timedOut: Int = 0, reset: Int = 0, cutShort: Int = 0, wrongAnswer: Int = 0
    ) {
        self.refused = refused
        self.timedOut = timedOut
        self.reset = reset
        self.cutShort = cutShort
        self.wrongAnswer = wrongAnswer
    }

    package var total: Int { refused + timedOut + reset + cutShort + wrongAnswer }

    package func adding(_ next: SampleFailures) -> SampleFailures {
        SampleFailures(
            refused: refused + next.refused, timedOut: timedOut + next.timedOut,
            reset: reset + next.reset, cutShort: cutShort + next.cutShort,
            wrongAnswer: wrongAnswer + next.wrongAnswer)
    }
}
