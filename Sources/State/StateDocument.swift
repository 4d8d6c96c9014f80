import Control
import FoundationEssentials
import Scaling
import Values

/// A state as JSON: the form that is stored, apart from the values that are used, so that these may
/// change while what was stored stays readable.
///
/// Of another version only lower ones are read. A member that is not known is passed over.
struct StateDocument: Codable {
    static let version = 1

    var v: Int
    var at: Int64
    var services: [String: Service]

    struct Service: Codable {
        var orders: Orders?
        var memory: Memory?
        var learnt: Learnt?
    }

    struct Orders: Codable {
        var overrides: [Override]
        var edition: Int64?
        var lastChange: Change?
        var holds: [Hold]
    }

    struct Override: Codable {
        var kind: String
        var count: Int?
        var reason: String
        var until: Int64
    }

    struct Change: Codable {
        var from: Int
        var to: Int
        var at: Int64
    }

    struct Hold: Codable {
        var hold: String
        var since: Int64
    }

    /// Counts as pairs of an age in milliseconds and tasks.
    struct Memory: Codable {
        var wanted: [[Int64]]
        var found: [[Int64]]
        var changes: [[Int64]]
        var starts: [Double]
    }

    struct Learnt: Codable {
        var data: Data
    }

    /// What is read before anything else.
    private struct Header: Decodable {
        var v: Int
    }

    static func encode(_ state: SavedState) throws(StateError) -> [UInt8] {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return try Array(encoder.encode(StateDocument(state)))
        } catch {
            throw .unavailable(reason: "the state is no JSON")
        }
    }

    static func decode(_ bytes: [UInt8]) throws(StateError) -> SavedState {
        let decoder = JSONDecoder()
        let data = Data(bytes)
        guard let header = try? decoder.decode(Header.self, from: data) else {
            throw .damaged(reason: "it has no version")
        }
        guard header.v <= version else { throw .newer(version: header.v) }
        guard let document = try? decoder.decode(StateDocument.self, from: data) else {
            throw .damaged(reason: "it is not as this program writes it")
        }
        return try document.state()
    }

    private init(_ state: SavedState) {
        v = Self.version
        at = state.takenMs
        services = state.services.mapValues { Service($0) }
    }

    private func state() throws(StateError) -> SavedState {
        guard services.count <= StateLimits.servicesMax else {
            throw .damaged(reason: "it has \(services.count) services")
        }
        var state = SavedState(takenMs: at)
        for (name, service) in services {
            guard let saved = service.saved else {
                throw .damaged(reason: "\(name) is beyond the limits")
            }
            state.services[name] = saved
        }
        return state
    }
}

extension StateDocument.Service {
    init(_ saved: SavedService) {
        orders = StateDocument.Orders(saved.orders)
        memory = StateDocument.Memory(saved.memory)
        learnt = saved.learnt.map { .init(data: Data($0.bytes)) }
    }

    /// `nil` when it is beyond the limits, as nothing that this program writes is.
    var saved: SavedService? {
        var saved = SavedService()
        if let orders {
            guard let orders = orders.saved else { return nil }
            saved.orders = orders
        }
        if let memory {
            guard let memory = memory.saved else { return nil }
            saved.memory = memory
        }
        saved.learnt = learnt.map { SavedLearning(bytes: Array($0.data)) }
        return saved
    }
}

extension StateDocument.Orders {
    init(_ saved: SavedOrders) {
        overrides = saved.overrides.map {
            .init(kind: $0.kind, count: $0.count, reason: $0.reason, until: $0.untilMs)
        }
        edition = saved.edition
        lastChange = saved.lastChange.map { .init(from: $0.from, to: $0.to, at: $0.wallMs) }
        holds = saved.holds.map { .init(hold: $0.hold, since: $0.sinceMs) }
    }

    var saved: SavedOrders? {
        guard overrides.count <= StateLimits.overridesMax, holds.count <= StateLimits.holdsMax,
            overrides.allSatisfy({ $0.reason.utf8.count <= StateLimits.textBytesMax })
        else { return nil }
        var saved = SavedOrders()
        saved.overrides = overrides.map {
            SavedOverride(kind: $0.kind, count: $0.count, reason: $0.reason, untilMs: $0.until)
        }
        saved.edition = edition ?? 0
        saved.lastChange = lastChange.map {
            SavedChange(from: $0.from, to: $0.to, wallMs: $0.at)
        }
        saved.holds = holds.map { SavedHold(hold: $0.hold, sinceMs: $0.since) }
        return saved
    }
}

extension StateDocument.Memory {
    init(_ memory: ScalerMemory) {
        wanted = Self.pairs(memory.wanted)
        found = Self.pairs(memory.found)
        changes = Self.pairs(memory.changes)
        starts = memory.startSeconds
    }

    var saved: ScalerMemory? {
        guard
            [wanted.count, found.count, changes.count, starts.count].max() ?? 0
                <= StateLimits.countsMax
        else { return nil }
        guard let wanted = Self.counts(wanted), let found = Self.counts(found),
            let changes = Self.counts(changes)
        else { return nil }
        var memory = ScalerMemory()
        memory.wanted = wanted
        memory.found = found
        memory.changes = changes
        memory.startSeconds = starts
        return memory
    }

    private static func pairs(_ counts: [ScalerMemory.Count]) -> [[Int64]] {
        counts.suffix(StateLimits.countsMax).map {
            [max(0, $0.age.wholeMilliseconds), Int64($0.tasks)]
        }
    }

    /// A month, and more tasks than a service has, are beyond all limits.
    private static func counts(_ pairs: [[Int64]]) -> [ScalerMemory.Count]? {
        let fits = pairs.allSatisfy { pair in
            pair.count == 2 && (0...2_678_400_000).contains(pair[0])
                && (-1_000_000...1_000_000).contains(pair[1])
        }
        guard fits else { return nil }
        return pairs.map { .init(age: .milliseconds($0[0]), tasks: Int($0[1])) }
    }
}
