import CLoad

/// What the benches ask of the machine they run on.
enum Machine {
    static let serverCore = 0
    private static let loadCore: Int32 = 1

    /// Keeps this thread, and what it starts from now on, on the load generator's core; until
    /// `leaveLoadCore`.
    static func takeLoadCore() throws(MeasurementError) {
        guard load_pin(loadCore) == 0 else {
            throw .missing(
                what: "a second core",
                advice: "the server has one for itself, and so does the load generator")
        }
    }

    static func leaveLoadCore() {
        precondition(load_unpin() == 0, "a process may run on every core that there is")
    }

    /// Allows this process, and what it starts, as many descriptors as the system lets it have.
    static func takeDescriptors(atLeast needed: Int) throws(MeasurementError) {
        let allowed = load_raise_descriptors()
        guard allowed >= 0 else { throw .systemCall("setrlimit", code: load_errno()) }
        guard allowed >= needed else {
            throw .missing(
                what: "\(needed) file descriptors",
                advice: "a process may have \(allowed) here (ulimit -Hn)")
        }
    }

    /// A port of 127.0.0.1 that is free now.
    static func freePort() throws(MeasurementError) -> UInt16 {
        let port = load_free_port()
        guard port > 0 else { throw .systemCall("bind", code: load_errno()) }
        return UInt16(port)
    }
}
