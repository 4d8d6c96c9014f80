/// Every limit of this target.
package enum StateLimits {
    /// A thousand services that learnt, compressed.
    package static let fileBytesMax = 64 * 1024 * 1024
    /// What a state may expand to.
    package static let documentBytesMax = 256 * 1024 * 1024
    /// What an item of a table holds; DynamoDB allows 400 KB, names and all.
    package static let itemBytesMax = 390 * 1024
    package static let servicesMax = 2_000
    package static let overridesMax = 32
    package static let holdsMax = 32
    /// Counts of a window, changes, start times.
    package static let countsMax = 4_000
    package static let textBytesMax = 2_000
}
