import CMicrohttpd

/// Owns libmicrohttpd's daemons, one for each thread, their listening socket and their hold on the
/// core.
///
/// Sendable by proof: immutable.
final class Daemon: @unchecked Sendable {
    private let loops: [EventLoop]
    private let listener: Int32
    private let core: Unmanaged<ServerCore>

    /// `nil` when libmicrohttpd does not start; the listener is then still the caller's.
    init?(listener: Int32, core: ServerCore) {
        let held = Unmanaged.passRetained(core)
        var handles: [OpaquePointer] = []
        let threads = core.wakeUps.descriptors.count
        for _ in 0..<threads {
            // The registry sees to the limit before that.
            let connectionsMax = core.limits.connectionsMax + HTTPServerLimits.leavingMax
            let handle = Self.start(listener, connectionsMax: connectionsMax, held)
            guard let handle else {
                for handle in handles {
                    _ = MHD_quiesce_daemon(handle)
                    MHD_stop_daemon(handle)
                }
                held.release()
                return nil
            }
            handles.append(handle)
        }
        loops = zip(handles, core.wakeUps.descriptors).map { EventLoop($0, wakeUp: $1) }
        self.listener = listener
        self.core = held
    }

    private static func start(
        _ listener: Int32, connectionsMax: Int, _ core: Unmanaged<ServerCore>
    ) -> OpaquePointer? {
        let (limits, tls) = (core.takeUnretainedValue().limits, core.takeUnretainedValue().tls)
        var options = [
            item(.LISTEN_SOCKET, Int(listener)),
            item(.CONNECTION_LIMIT, connectionsMax),
            // By `EventLoop`.
            item(.SIGPIPE_HANDLED_BY_APP, 1),
            item(.CONNECTION_MEMORY_LIMIT, limits.connectionMemoryBytes),
            microhttpd_on_completed(requestEnded, core.toOpaque()),
            microhttpd_on_connection(connectionChanged, core.toOpaque()),
        ]
        var flags = MHD_USE_EPOLL.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
        if let tls {
            flags |= MHD_USE_TLS.rawValue
            options += tls.options
        }
        options.append(item(.END, 0))
        return microhttpd_start(flags, requestAdvanced, core.toOpaque(), &options)
    }

    func stopAccepting() {
        // Gives the listening socket back; from here on it is closed here.
        for loop in loops { loop.stopAccepting() }
        close(listener)
    }

    /// Joins the threads and closes the connections; once, after `stopAccepting`.
    func stop() {
        for loop in loops { loop.end() }
        core.release()
    }
}

private func item(_ option: MHD_OPTION, _ value: Int) -> MHD_OptionItem {
    MHD_OptionItem(option: option, value: value, ptr_value: nil)
}

private func core(_ context: UnsafeMutableRawPointer?) -> ServerCore? {
    context.map { Unmanaged<ServerCore>.fromOpaque($0).takeUnretainedValue() }
}

private func connection(_ context: UnsafeMutableRawPointer?) -> HTTPConnection? {
    context.map { Unmanaged<HTTPConnection>.fromOpaque($0).takeUnretainedValue() }
}

private let connectionChanged: MHD_NotifyConnectionCallback = { context, handle, stored, event in
    guard let core = core(context), let handle, let stored else { return }
    if event == .CONNECTION_NOTIFY_STARTED {
        stored.pointee = Unmanaged.passRetained(core.connectionStarted(handle)).toOpaque()
    } else if let pointer = stored.pointee {
        stored.pointee = nil
        core.connectionEnded(Unmanaged<HTTPConnection>.fromOpaque(pointer).takeRetainedValue())
    }
}

private let requestEnded: MHD_RequestCompletedCallback = { context, handle, request, _ in
    // Without a first call of the access handler there was no request.
    guard let core = core(context), let request, let connection = connection(request.pointee)
    else { return }
    request.pointee = nil
    core.requestEnded(connection)
}

/// Called with the head, then with each part of the body, then once more with the whole request;
/// and again when a suspended connection is resumed.
private let requestAdvanced: MHD_AccessHandlerCallback = {
    context, handle, url, method, _, data, size, request in
    guard let core = core(context), let handle, let url, let method, let size, let request else {
        return .NO
    }
    guard let current = connection(request.pointee) else {
        guard let stored = microhttpd_context(handle), let fresh = connection(stored),
            !fresh.isRefused
        else { return .NO }
        request.pointee = stored
        return core.requestStarted(fresh, handle, method: method, url: url)
    }
    if current.phase == .deferred { return core.requestResumed(current, handle) }
    guard size.pointee > 0 else {
        return core.requestArrived(current, handle, method: method, url: url)
    }
    let bytes = UnsafeRawBufferPointer(start: data, count: size.pointee)
    size.pointee = 0
    return core.bodyArrived(current, handle, method: method, url: url, bytes)
}
