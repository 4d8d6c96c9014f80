import Platform

/// What the supervisor and the wire share.
final class FargateStore: Sendable {
    let state: Lock<FargateState>
    let ports = Lock(PortAllocator())
    let bell = Doorbell()

    init(_ state: FargateState) {
        self.state = Lock(state)
    }

    /// 32 hexadecimal digits, as ECS names tasks.
    static func newID() -> String {
        [ThisProcess.randomBits(), ThisProcess.randomBits()].map { bits in
            let digits = String(bits, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    func takePort() throws(FargateLocalError) -> UInt16 {
        // The closure of a lock loses the type of what it throws.
        // The closure of a lock loses the type of what it throws.
        let taken = ports.withLock { ports in
            Result { () throws(FargateLocalError) in try ports.take() }
        }
        return try taken.get()
    }

    func context(_ arrival: Arrival) -> OperationContext {
        OperationContext(
            now: arrival.monotonic, nowMs: arrival.wallMs, newID: Self.newID,
            newFrontPort: { () throws(FargateLocalError) in try self.takePort() })
    }
}
