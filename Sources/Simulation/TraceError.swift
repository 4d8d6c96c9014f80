/// Why a file is not a trace.
package struct TraceError: Error, Equatable, CustomStringConvertible {
    /// 0 when it is about the whole.
    package let line: Int
    package let problem: String

    package var description: String {
        line > 0 ? "line \(line): \(problem)" : problem
    }
}
