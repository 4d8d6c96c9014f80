import Testing

@testable import State

@Suite struct StatePackingTests {
    private let document = Array(#"{"v":1,"services":{}}"#.utf8)

    @Test func givesBackWhatWasPacked() throws {
        for bytes in [[], document, [UInt8](repeating: 7, count: 1_000_000)] {
            #expect(try StatePacking.unpack(StatePacking.pack(bytes)) == bytes)
        }
        #expect(try StatePacking.pack([UInt8](repeating: 7, count: 1_000_000)).count < 20_000)
    }

    @Test func seesEveryBitThatTurned() throws {
        let packed = try StatePacking.pack(document)
        for index in packed.indices {
            for bit in 0..<8 {
                var changed = packed
                changed[index] ^= 1 << UInt8(bit)
                // Of the header's letters, some may change without harm; then nothing else did.
                if let found = try? StatePacking.unpack(changed) { #expect(found == document) }
            }
        }
    }

    @Test func seesThatTheEndIsMissing() throws {
        let packed = try StatePacking.pack(document)
        for count in packed.indices {
            #expect(throws: StateError.self) { try StatePacking.unpack(Array(packed[..<count])) }
        }
        #expect(throws: StateError.self) { try StatePacking.unpack(packed + [0]) }
    }

    @Test func believesNoLengthThatIsClaimed() throws {
        let packed = try StatePacking.pack(document)
        let text = String(decoding: packed.prefix { $0 != 10 }, as: UTF8.self)
        let body = packed.drop { $0 != 10 }
        for count in ["0", "22", "-1", "99999999999999", "999999999999999999999"] {
            let words = text.split(separator: " ")
            let header = "\(words[0]) \(words[1]) \(words[2]) \(count) \(words[4])"
            #expect(throws: StateError.self) {
                try StatePacking.unpack(Array(header.utf8) + body)
            }
        }
    }

    @Test func saysThatALaterVersionWroteIt() throws {
        let packed = String(
            decoding: try StatePacking.pack(document).prefix { $0 != 10 }, as: UTF8.self)
        let later = packed.replacing("state 1", with: "state 2") + "\nwhatever"
        #expect(throws: StateError.newer(version: 2)) { try StatePacking.unpack(Array(later.utf8)) }
    }
}
