import Values

/// What was learnt of a service's traffic, as bytes: to be stored, and to begin from after a
/// restart.
///
/// It holds forecasts, headroom, rises of the hours and days, start times and time in service; no
/// task and no count, as those are known within a second. The wall clock only says how long ago the
/// bytes were written, and so which minute of the hour it is.
extension Scaler {
    /// Wall clocks differ: what was written a little ahead of ours was written now.
    private static let clockDifferenceMs: Int64 = 600_000

    /// What was learnt until now; at most `Limits.knowledgeBytesMax`.
    package func knowledge(unixMs: Int64) -> [UInt8] {
        var copy = self
        var archive = Archive(now: now)
        do {
            var head = KnowledgeHead(writtenMs: unixMs, policy: policy)
            try head.transfer(&archive)
            try copy.transfer(&archive)
        } catch {
            preconditionFailure("what this scaler learnt cannot be written: \(error)")
        }
        archive.seal()
        return archive.bytes
    }

    /// Begins from what was learnt before; refuses what does not fit, and is then as it was.
    package mutating func takeKnowledge(
        _ bytes: [UInt8], unixMs: Int64, now: Instant
    ) throws(KnowledgeError) {
        var head = KnowledgeHead(writtenMs: unixMs, policy: policy)
        let expected = head
        var archive = Archive(reading: bytes)
        try head.transfer(&archive)
        guard head.mark == expected.mark else { throw .notKnowledge }
        guard head.version == expected.version else { throw .otherVersion(Int(head.version)) }
        try archive.unseal()
        guard head.policy == expected.policy else { throw .otherPolicy }
        let gapMs = unixMs - head.writtenMs
        guard gapMs >= -Self.clockDifferenceMs else { throw .damaged }
        guard gapMs <= Int64(Limits.knowledgeDaysMax) * 86_400_000 else {
            throw .tooOld(days: Int(gapMs / 86_400_000))
        }
        archive.relate(to: now, gap: .milliseconds(max(0, gapMs)))
        var copy = self
        try copy.transfer(&archive)
        guard archive.isAtEnd else { throw .damaged }
        self = copy
    }
}

/// What the bytes begin with.
private struct KnowledgeHead {
    /// "scaler", then two bytes of version.
    var mark: UInt64 = 0x7265_6c61_6373
    var version: UInt64 = Archive.version
    var writtenMs: Int64
    /// Of the metrics, targets and caution that were learnt with.
    var policy: UInt64

    init(writtenMs: Int64, policy: ScalingPolicy) {
        self.writtenMs = writtenMs
        self.policy = Archive.checksum(Array("\(policy.rule) \(policy.sizing)".utf8)[...])
    }

    mutating func transfer(_ archive: inout Archive) throws(KnowledgeError) {
        try archive.bits(&mark, bytes: 6)
        try archive.bits(&version, bytes: 2)
        var written = UInt64(bitPattern: writtenMs)
        try archive.bits(&written)
        writtenMs = Int64(bitPattern: written)
        try archive.bits(&policy)
    }
}
