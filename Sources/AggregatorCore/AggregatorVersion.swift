/// The version of the aggregator, as `aggregator version` and its log give it.
package enum AggregatorVersion {
    package static let text = "0.1.0"
}
