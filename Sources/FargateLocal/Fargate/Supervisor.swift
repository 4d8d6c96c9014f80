import CFargateLocal
import Platform
import Synchronization
import Values

/// The thread that starts, watches and ends the processes of tasks, and keeps the balancer up to
/// date.
final class Supervisor {
    private let store: FargateStore
    private let isolation: Isolation?
    private let makeLaunch: (FargateTask, TaskPorts, TaskSandbox) -> TaskLaunch
    private let balancer: Balancer
    private let log: (String) -> Void
    private var processes: [String: TaskProcesses] = [:]
    private let isStopped: () -> Bool

    init(
        store: FargateStore, balancer: Balancer, isolation: Isolation?,
        isStopped: @escaping () -> Bool, log: @escaping (String) -> Void,
        makeLaunch: @escaping (FargateTask, TaskPorts, TaskSandbox) -> TaskLaunch
    ) {
        self.store = store
        self.balancer = balancer
        self.isolation = isolation
        self.isStopped = isStopped
        self.log = log
        self.makeLaunch = makeLaunch
    }

    func run() {
        while !isStopped() {
            reap()
            let now = MonotonicClock.now()
            let nowMs = WallClock.nowMs()
            let actions = store.state.withLock {
                $0.advance(now: now, nowMs: nowMs, newID: FargateStore.newID)
            }
            for action in actions { perform(action) }
            updateBalancer()
            store.bell.wait(milliseconds: FargateLocalLimits.tickMs)
        }
        endAll()
    }

    // MARK: Tasks

    private func perform(_ action: TaskAction) {
        switch action {
        case .launch(let id): launch(id)
        case .probe(let id): probe(id)
        case .terminate(let id):
            guard let running = processes[id] else { return ended(id, "stopped before it started") }
            running.terminate()
        case .kill(let id):
            guard let running = processes[id] else { return ended(id, "stopped before it started") }
            running.kill()
        }
    }

    private func launch(_ id: String) {
        guard let task = store.state.withLock({ $0.tasks[id] }) else { return }
        do {
            let ports = try takePorts()
            let sandbox = try isolation?.makeSandbox(task: id) ?? TaskSandbox()
            let started: TaskProcesses
            do throws(FargateLocalError) {
                started = try TaskProcesses(makeLaunch(task, ports, sandbox))
            } catch {
                isolation?.remove(sandbox)
                throw error
            }
            processes[id] = started
            store.state.withLock { state in
                state.tasks[id]?.ports = ports
                state.tasks[id]?.sandbox = sandbox
                state.tasks[id]?.processIDs = started.processIDs
            }
        } catch {
            log("task \(id) did not start: \(error)")
            ended(id, "CannotStartContainerError: \(error)")
        }
    }

    private func takePorts() throws(FargateLocalError) -> TaskPorts {
        TaskPorts(
            nginx: try store.takePort(), status: try store.takePort(),
            backend: try store.takePort())
    }

    private func probe(_ id: String) {
        guard let running = processes[id] else { return }
        let (ports, sandbox) = (running.ports, running.sandbox)
        let isUnixSocket = store.state.withLock { $0.settings.statusIsUnixSocket }
        let answers =
            isUnixSocket
            ? LoopbackClient.accepts(sandbox.address, port: ports.nginx)
            : LoopbackClient.get(port: ports.status, path: "/nginx_status", in: sandbox)?.status
                == 200
        guard answers, LoopbackClient.accepts("127.0.0.1", port: ports.backend, in: sandbox)
        else { return }
        let nowMs = WallClock.nowMs()
        store.state.withLock { $0.taskAnswers(id, nowMs: nowMs) }
    }

    private func reap() {
        for (id, running) in processes {
            if running.isTerminated {
                if running.haveEnded() { ended(id, "stopped") }
            } else if let reason = running.endedEssential() {
                // The others of a task end with its first essential container.
                running.terminate()
                let now = MonotonicClock.now()
                let nowMs = WallClock.nowMs()
                store.state.withLock { $0.taskFails(id, reason: reason, now: now, nowMs: nowMs) }
                log("task \(id): \(reason)")
            }
        }
    }

    private func ended(_ id: String, _ reason: String) {
        if let gone = processes.removeValue(forKey: id) {
            isolation?.remove(gone.sandbox)
            let ports = gone.ports
            store.ports.withLock { free in
                for port in [ports.nginx, ports.status, ports.backend] { free.give(back: port) }
            }
        }
        let now = MonotonicClock.now()
        let nowMs = WallClock.nowMs()
        store.state.withLock { $0.taskEnded(id, reason: reason, now: now, nowMs: nowMs) }
    }

    // MARK: Balancer

    private func updateBalancer() {
        let fronts = store.state.withLock { state in
            state.services.values.sorted { $0.frontPort < $1.frontPort }.map { service in
                NginxConfiguration.Front(
                    port: service.frontPort,
                    tasks: state.tasks(of: service.key).filter(\.isRunning).compactMap { task in
                        task.ports.map { "\(task.address):\($0.nginx)" }
                    })
            }
        }
        do {
            try balancer.update(fronts)
        } catch {
            log("the balancer keeps its old tasks: \(error)")
        }
    }

    // MARK: End

    private func endAll() {
        for running in processes.values { running.terminate() }
        let timeout = store.state.withLock { $0.settings.stopTimeout }
        let end = MonotonicClock.now() + timeout
        while MonotonicClock.now() < end, !processes.values.allSatisfy({ $0.haveEnded() }) {
            usleep(5000)
        }
        for running in processes.values { running.kill() }
        while !processes.values.allSatisfy({ $0.haveEnded() }) { usleep(1000) }
        balancer.stop()
    }
}
