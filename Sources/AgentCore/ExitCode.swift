/// What the program ends with; `agent help` lists them. `agent probe` has 10 to 16 besides, one
/// for each link (`ProbeLink.exitCode`).
enum ExitCode {
    static let success: Int32 = 0
    /// `agent health`: no agent answers.
    static let notRunning: Int32 = 1
    /// `agent health --require nginx`.
    static let nginxDown: Int32 = 2
    /// `agent health --require aggregator`.
    static let aggregatorDown: Int32 = 3
    /// The command line is wrong (EX_USAGE of sysexits.h).
    static let usage: Int32 = 64
    /// Not in an ECS task: `ECS_CONTAINER_METADATA_URI_V4` is absent (EX_UNAVAILABLE).
    static let noTask: Int32 = 69
    /// zlib could not be set up, or the loop hung (EX_SOFTWARE).
    static let software: Int32 = 70
    /// A setting is missing or wrong (EX_CONFIG).
    static let settings: Int32 = 78
}
