import Control
import Platform

/// State in one file, for an aggregator that runs alone with a disk that stays.
///
/// Replaced whole (see `DurableFile`). A file that is damaged, or that a later version wrote, is
/// put aside under a name that ends in `.distrusted`, and the aggregator starts without it.
package final class FileStore: StateStore {
    private let path: String

    package init(path: String) {
        self.path = path
    }

    package var words: String { "the file \(path)" }

    package func load(
        note: @Sendable (StateNote) -> Void
    ) async throws(StateError) -> [SavedState] {
        let path = path
        let read = await Self.onItsThread { () -> Result<[UInt8]?, StateError> in
            do throws(SystemError) {
                return .success(try TextFile.read(path, bytesMax: StateLimits.fileBytesMax))
            } catch {
                if error.isNoSuchFile { return .success(nil) }
                return .failure(.unavailable(reason: "\(path): \(error.text)"))
            }
        }
        guard let bytes = try read.get() else { return [] }
        do throws(StateError) {
            return [try StateDocument.decode(StatePacking.unpack(bytes))]
        } catch {
            let aside = path + ".distrusted"
            do throws(SystemError) {
                try DurableFile.rename(path, to: aside)
            } catch let failure {
                throw .unavailable(
                    reason: "\(error.text), and cannot be put aside: \(failure.text)")
            }
            note(.distrusted(reason: error.text, keptAs: aside))
            return []
        }
    }

    package func orders() async throws(StateError) -> [String: SavedOrders] { [:] }

    package func save(_ state: SavedState, by writer: StateWriter) async throws(StateError) {
        let bytes = try StatePacking.pack(StateDocument.encode(state))
        guard bytes.count <= StateLimits.fileBytesMax else {
            throw .tooLarge(bytes: bytes.count, bytesMax: StateLimits.fileBytesMax)
        }
        let path = path
        let written = await Self.onItsThread { () -> Result<Void, StateError> in
            do throws(SystemError) {
                return .success(try DurableFile.replace(path, with: bytes))
            } catch {
                return .failure(.unavailable(reason: "\(path): \(error.text)"))
            }
        }
        try written.get()
    }

    /// A disk blocks as long as it likes: not on Swift's pool.
    private static func onItsThread<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            WorkerThread.detached(name: "state") { continuation.resume(returning: body()) }
        }
    }
}
