import CPlatform

/// Owns a file descriptor and closes it.
///
/// A class, since Embedded Swift cannot end a `~Copyable` struct in another module; the structs
/// that hold one stay `~Copyable`.
package final class Descriptor: Sendable {
    package let number: Int32

    package init(_ number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }
}
