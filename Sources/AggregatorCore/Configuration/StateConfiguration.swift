/// Where what outlives the aggregator is stored; nowhere without it.
package struct StateConfiguration: Equatable, Sendable {
    package var file: String?
    /// A DynamoDB table that aggregators share.
    package var table: String?
    /// What those that belong together call themselves in the table.
    package var group = "aggregator"
    /// How often what was learnt is stored.
    package var snapshotPeriod = Duration.seconds(180)

    package init() {}

    package var isStored: Bool { file != nil || table != nil }

    var words: String {
        file ?? table.map { "table \($0), group \(group)" } ?? "none"
    }
}

extension StateConfiguration {
    mutating func read(_ reader: inout ObjectReader) {
        file = reader.string("file", bytesMax: 4096)
        table = reader.string("table")
        if let name = reader.string("group", bytesMax: 100) { group = name }
        if file != nil, table != nil {
            reader.refuse("table", reader.line, "cannot stand beside file: choose one")
        }
        let range = Duration.seconds(10) ... .seconds(3_600)
        if let period = reader.seconds("snapshotSeconds", in: range) { snapshotPeriod = period }
    }
}
