import HTTPServer

extension ListenConfiguration {
    /// For the listener; the port's range was checked when it was read.
    var options: HTTPServerOptions {
        var options = HTTPServerOptions(
            address: address, port: UInt16(clamping: port), threads: threads)
        options.tls = tls
        options.limits.bodyBytesMax = AggregatorLimits.reportBodyBytesMax
        options.limits.bodyBufferKeptBytesMax = AggregatorLimits.bodyBufferKeptBytes
        options.limits.connectionMemoryBytes = AggregatorLimits.connectionMemoryBytes
        options.limits.connectionsMax = connectionsMax
        options.limits.connectionsReserved = min(
            AggregatorLimits.connectionsReserved, connectionsMax / 4)
        options.limits.strangersShare = AggregatorLimits.strangersShare
        options.limits.connectionsPerAddressMax = connectionsPerAddressMax
        options.limits.drainTimeout = AggregatorLimits.drainWithin
        return options
    }
}
