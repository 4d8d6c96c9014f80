import CLoad

/// One kept-alive connection of the load generator, and where it stands.
struct LoadConnection {
    let descriptor: Int32
    /// Requests of this run: due by now, sent, and answered.
    var due = 0
    var sent = 0
    var answered = 0
    /// The beginning of an answer whose end has not come.
    var partial: [UInt8] = []
    var isOpen = true

    /// Connects to 127.0.0.1, then never blocks; its owner closes it.
    init(port: UInt16) throws(MeasurementError) {
        descriptor = load_connect(port)
        guard descriptor >= 0 else { throw .systemCall("connect", code: load_errno()) }
    }

    func close() {
        CLoad.close(descriptor)
    }
}
