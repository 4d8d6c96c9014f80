import CFargateLocal
import Platform

/// A process that outlives this one, however it ends: it then kills the process groups it was given
/// of and removes the work directory.
package final class Guardian: Sendable {
    private let descriptor: Lock<Int32?>
    private let process: pid_t

    package init(directory: String) throws(FargateLocalError) {
        var process: pid_t = -1
        let opened = fargate_guardian(directory, &process)
        guard opened >= 0 else { throw .cannotGuard(reason: systemReason()) }
        descriptor = Lock(opened)
        self.process = process
    }

    deinit {
        finish()
    }

    func add(group: pid_t) {
        send(group)
    }

    func remove(group: pid_t) {
        send(-group)
    }

    private func send(_ number: Int32) {
        descriptor.withLock { descriptor in
            guard let descriptor else { return }
            var number = number
            // A guardian that is gone cannot guard; the ordinary stop still ends everything.
            _ = write(descriptor, &number, MemoryLayout<Int32>.size)
        }
    }

    /// Lets it kill what is left and remove the directory, and waits until it has.
    package func finish() {
        let isFirst = descriptor.withLock { descriptor in
            guard let open = descriptor else { return false }
            close(open)
            descriptor = nil
            return true
        }
        if isFirst { waitpid(process, nil, 0) }
    }
}

/// The words for the last failed system call.
func systemReason() -> String {
    String(cString: strerror(fargate_errno()))
}
