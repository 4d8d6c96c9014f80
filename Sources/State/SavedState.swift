import Control

/// What outlives the aggregator: each service's, by `cluster/service`.
package struct SavedState: Equatable, Sendable {
    /// When it was taken, in Unix milliseconds.
    package var takenMs: Int64
    package var services: [String: SavedService]

    package init(takenMs: Int64, services: [String: SavedService] = [:]) {
        self.takenMs = takenMs
        self.services = services
    }
}
