import CFargateLocal
import Platform

/// Gives free ports of 127.0.0.1, each once.
struct PortAllocator {
    private var next: UInt16
    private var taken: Set<UInt16> = []

    init() {
        let count = UInt64(FargateLocalLimits.portHighest - FargateLocalLimits.portLowest)
        // Where to begin is random, so that two of these on one machine rarely meet.
        next = FargateLocalLimits.portLowest + UInt16(ThisProcess.randomBits() % count)
    }

    mutating func take() throws(FargateLocalError) -> UInt16 {
        let lowest = FargateLocalLimits.portLowest
        let highest = FargateLocalLimits.portHighest
        for _ in lowest...highest {
            next = next == highest ? lowest : next + 1
            guard !taken.contains(next), fargate_port_is_free(next) != 0 else { continue }
            taken.insert(next)
            return next
        }
        throw .noFreePort(lowest: lowest, highest: highest)
    }

    mutating func give(back port: UInt16) {
        taken.remove(port)
    }
}
