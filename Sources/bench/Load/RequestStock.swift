/// Requests made beforehand, in one piece of memory, so that making them is not measured.
///
/// Each connection has `rounds` of them, sent in turn.
struct RequestStock {
    let connections: Int
    private(set) var rounds = 0
    private var bytes: [UInt8] = []
    /// Where each request ends; round by round, in each the connections in order.
    private var ends: [Int] = []

    init(connections: Int) {
        self.connections = connections
    }

    /// Adds one request for each connection.
    mutating func addRound(_ append: (_ connection: Int, _ bytes: inout [UInt8]) throws -> Void)
        rethrows
    {
        for connection in 0..<connections {
            try append(connection, &bytes)
            ends.append(bytes.count)
        }
        rounds += 1
    }

    func withRequest<Result>(
        connection: Int, round: Int, _ use: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let index = round * connections + connection
        let start = index == 0 ? 0 : ends[index - 1]
        return try bytes.withUnsafeBytes { all in
            try use(UnsafeRawBufferPointer(rebasing: all[start..<ends[index]]))
        }
    }
}
