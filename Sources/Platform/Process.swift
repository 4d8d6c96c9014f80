import CPlatform
import Writing

/// The environment this process was started with.
package enum Environment {
    /// The variable's value; `nil` when it is not set or empty, which ECS does not distinguish.
    package static func value(_ name: String) -> String? {
        text(getenv(name))
    }

    package static func value(_ name: StaticString) -> String? {
        name.utf8Start.withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1) {
            text(getenv($0))
        }
    }

    private static func text(_ value: UnsafePointer<CChar>?) -> String? {
        guard let value, value.pointee != 0 else { return nil }
        return String(c: value)
    }
}

/// This process as the system sees it.
package enum ThisProcess {
    /// What the program was called with, its own name not counted.
    package static var arguments: [String] {
        var list: [String] = []
        while let text = platform_argument(Int32(list.count + 1)) {
            list.append(String(c: text))
        }
        return list
    }

    package static func exit(_ code: Int32) -> Never {
        CPlatform.exit(code)
    }

    /// Gives back the pages of code and constants that only starting needed: three quarters of
    /// what a small program with large libraries has resident.
    package static func returnStartingPages() {
        platform_return_starting_pages()
    }

    /// 64 random bits from the kernel.
    package static func randomBits() -> UInt64 {
        var bits: UInt64 = 0
        let count = withUnsafeMutableBytes(of: &bits) { getrandom($0.baseAddress, $0.count, 0) }
        precondition(count == MemoryLayout<UInt64>.size, "getrandom gives 8 bytes at once")
        return bits
    }
}

/// The standard streams; a write that fails is lost, since there is nowhere left to say so.
package enum StandardStream {
    case output
    case error

    package func write(_ text: String) {
        write(Array(text.utf8))
    }

    package func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { _ = write(whole: $0) }
    }

    /// Writes everything, and waits for the reader; gives how many bytes could not be written.
    package func write(whole bytes: UnsafeRawBufferPointer) -> Int {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let written = platform_write(descriptor, start, rest.count)
            if written < 0 && platform_errno() == EINTR { continue }
            if written < 0 && platform_errno() == EAGAIN {
                // Whoever shares the stream made it non-blocking.
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&entry, 1, -1)
                continue
            }
            guard written > 0 else { break }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        return rest.count
    }

    private var descriptor: Int32 { self == .output ? 1 : 2 }

    /// Writes unless the reader is behind, and then loses the text: for what must never wait.
    ///
    /// A pipe that is writable takes 4,096 bytes at once (PIPE_BUF, pipe(7)).
    ///
    /// False when it is lost.
    package func writeUnlessFull(_ bytes: [UInt8]) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard platform_poll(&entry, 1, 0) == 1, entry.revents & Int16(POLLOUT) != 0 else {
            return false
        }
        return bytes.withUnsafeBytes { write(whole: $0) } == 0
    }

    /// Whether a person watches.
    package var isTerminal: Bool {
        isatty(descriptor) == 1
    }
}
