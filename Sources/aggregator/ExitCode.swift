/// What the program ends with; `aggregator help` lists them. After sysexits.h.
enum ExitCode {
    static let success: Int32 = 0
    /// `health`: nobody serves, or not well.
    static let unhealthy: Int32 = 1
    /// The command line is wrong (EX_USAGE).
    static let usage: Int32 = 64
    /// `simulate`: the trace cannot be read, or the SVG not written (EX_DATAERR).
    static let data: Int32 = 65
    /// The address or the port cannot be listened on (EX_UNAVAILABLE).
    static let unavailable: Int32 = 69
    /// The configuration, a secret or an AWS setting is missing or wrong (EX_CONFIG).
    static let configuration: Int32 = 78
}
