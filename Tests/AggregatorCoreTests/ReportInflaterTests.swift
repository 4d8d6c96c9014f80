import TestSupport
import Testing
import Transport
import Values

@testable import AggregatorCore

/// What the agent packs, the aggregator expands, within its limit.
@Suite struct ReportInflaterTests {
    private func inflate(
        _ bytes: [UInt8], with inflater: borrowing ReportInflater
    ) throws(ReportError) -> [UInt8] {
        try bytes.withUnsafeBytes { source in
            Result { () throws(ReportError) in Array(try inflater.inflate(source)) }
        }.get()
    }

    @Test(arguments: [0, 1, 100, 65_536, 1_000_000], [Int32(1), 6, 9])
    func roundTrip(count: Int, level: Int32) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        var deflater = try Deflater(level: level)
        let inflater = try ReportInflater(bytesMax: 1_000_000, spare: 0)
        for _ in 0..<2 {
            let packed = try deflater.deflate(bytes)
            #expect(try inflate(packed, with: inflater) == bytes)
        }
    }

    @Test func expandsGzip() throws {
        // printf hello | gzip -n
        let gzip: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 7, 0, 0x86, 0xA6,
            0x10, 0x36, 5, 0, 0, 0,
        ]
        let inflater = try ReportInflater(bytesMax: 5, spare: 0)
        #expect(try inflate(gzip, with: inflater) == Array("hello".utf8))
    }

    @Test func holdsAtItsLimitAndNotPastIt() throws {
        var deflater = try Deflater()
        let inflater = try ReportInflater(bytesMax: 1000, spare: 0)
        for count in [999, 1000] {
            let packed = try deflater.deflate([UInt8](repeating: 7, count: count))
            #expect(try inflate(packed, with: inflater).count == count)
        }
        for count in [1001, 1002, 50_000_000] {
            let bomb = try deflater.deflate([UInt8](repeating: 7, count: count))
            #expect(throws: ReportError.inflatedTooLarge(bytesMax: 1000)) {
                try inflate(bomb, with: inflater)
            }
        }
        // A refused stream leaves nothing behind.
        let good = try deflater.deflate([1, 2, 3])
        #expect(try inflate(good, with: inflater) == [1, 2, 3])
    }

    @Test func refusesEveryTruncationAndAnyTail() throws {
        var deflater = try Deflater()
        let inflater = try ReportInflater(bytesMax: 4096, spare: 0)
        let packed = try deflater.deflate(Array("the quick brown fox".utf8))
        for count in 0..<packed.count {
            #expect(throws: ReportError.compressedDataInvalid) {
                try inflate(Array(packed[..<count]), with: inflater)
            }
        }
        #expect(throws: ReportError.compressedDataInvalid) {
            try inflate(packed + [0], with: inflater)
        }
    }

    @Test func survivesRandomBytes() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        var deflater = try Deflater()
        let inflater = try ReportInflater(bytesMax: 2048, spare: 0)
        let packed = try deflater.deflate((0..<1500).map { UInt8(truncatingIfNeeded: $0) })
        for _ in 0..<2000 {
            var bytes = packed
            if random.next() % 2 == 0 {
                bytes = (0..<Int(random.next() % 300)).map { _ in UInt8(random.next() & 0xFF) }
            } else {
                for _ in 0...(random.next() % 4) {
                    bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() & 0xFF)
                }
            }
            do {
                #expect(try inflate(bytes, with: inflater).count <= 2048, "seed \(seed)")
            } catch {
                let known: [ReportError] = [
                    .compressedDataInvalid, .inflatedTooLarge(bytesMax: 2048),
                ]
                #expect(known.contains(error), "seed \(seed)")
            }
        }
    }
}
