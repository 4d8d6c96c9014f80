/// Where what outlives the aggregator is stored; nowhere without it.
package struct StateConfiguration: Equatable, Sendable {
    package var file: String?
    /// How often what was learnt is stored.
    package var snapshotPeriod = Duration.seconds(180)

    package init() {}

    package var isStored: Bool { file != nil }
}

extension StateConfiguration {
    mutating func read(_ reader: inout ObjectReader) {
        file = reader.string("file", bytesMax: 4096)
        let range = Duration.seconds(10) ... .seconds(3_600)
        if let period = reader.seconds("snapshotSeconds", in: range) { snapshotPeriod = period }
    }
}
