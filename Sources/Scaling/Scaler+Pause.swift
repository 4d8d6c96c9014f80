extension Scaler {
    /// Forbids changes of these directions until it is told otherwise.
    package mutating func pause(_ pause: Pause) {
        policy.pause = pause
    }
}
