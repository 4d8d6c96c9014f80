import AWS
import Control
import HTTPServer
import Platform
import Synchronization
import Transport
import Values

/// Why the aggregator does not run.
package enum AggregatorError: Error, Equatable {
    case aws(AWSError)
    case listener(HTTPServerError)
    case configuration(ConfigurationError)

    /// Whether a setting is wrong, rather than something on this machine in the way.
    package var isOfConfiguration: Bool {
        switch self {
        case .aws, .configuration: true
        case .listener(.certificateInvalid): true
        case .listener: false
        }
    }

    package var text: String {
        switch self {
        case .aws(let error): error.text
        case .listener(let error): "\(error)"
        case .configuration(let error):
            error.problems.map(\.text).joined(separator: "; ")
        }
    }
}

/// The whole aggregator: it serves from its start until `stop`.
package final class Aggregator: Sendable {
    let server: HTTPServer
    let fleet: Fleet
    private let resolver: TaskResolver
    private let announcer: Announcer
    private let endless: [Task<Void, Never>]
    private let actuating: Task<Void, Never>
    private let announcing: Task<Void, Never>
    private let lasting: Lasting
    /// Who may report, and who may pause.
    let agents: BearerCheck
    let operators: BearerCheck
    let tokenScopes: [TokenScope]
    let hasTLS: Bool
    let log: Log

    /// `environment` gives the AWS settings.
    package init(
        _ configuration: Configuration, output: Output, environment: (String) -> String?
    ) throws(AggregatorError) {
        let log = output.log
        let now = MonotonicClock.now()
        let shedder = LoadShedder(limitPercent: configuration.listen.overloadPercent)
        let listener = HTTPServerCounters()
        let metrics = Metrics(shedder: shedder, listener: listener, output: output)
        let http = HTTPClient()
        let client = try Self.client(environment, http, metrics, log)
        let ecs = ECSClient(client)
        announcer = Announcer(sns: SNSClient(client), log: log)
        fleet = Fleet(
            configuration.services, announcer: announcer, period: configuration.reconcilePeriod,
            log: log, now: now)
        lasting = Lasting(
            configuration.state, client, fleet, name: environment("HOSTNAME"), log: log)
        resolver = TaskResolver()
        agents = BearerCheck(groups: configuration.secrets.agentGroups)
        tokenScopes = configuration.tokenScopes
        operators = BearerCheck(configuration.secrets.operatorTokens)
        hasTLS = configuration.listen.tls != nil
        self.log = log
        let fleet = self.fleet
        let intake = ReportIntake(
            fleet: fleet, resolver: resolver, scopes: configuration.tokenScopes,
            counters: metrics.ingest, log: log)
        let health = ECSHealth(fleet: fleet, log: log)
        let reconciler = Reconciler(fleet: fleet, ecs: ecs, health: health)
        let people = PeopleRoutes(
            fleet: fleet, bearer: operators, isSecure: hasTLS, keeper: lasting.keeper, log: log)
        let view = MetricsView(
            metrics: metrics, fleet: fleet, announcements: announcer.counters)
        let exporter = try Self.exporter(environment, view, http, log)
        let metadata = environment("ECS_CONTAINER_METADATA_URI_V4")
        let routes = Routes(
            reports: ReportRoute(
                intake: intake, bearer: agents,
                verifiesSenders: configuration.verifiesTasks, shedder: shedder,
                counters: metrics.ingest, log: log),
            people: people, metrics: view,
            readiness: { health.hasSeenECS ? fleet.oldestCounts : nil })
        server = try Self.listen(configuration.listen, listener, routes)
        let server = self.server
        let actuator = Actuator(fleet: fleet, ecs: ecs, health: health, metrics: metrics)
        let lookup = TaskLookup(resolver: resolver, intake: intake, ecs: ecs, log: log)
        let announcer = self.announcer
        endless = [
            Task { await reconciler.run() },
            Task { await lookup.run() },
            Task { await Self.tick(fleet) },
            Task { await people.events.run(shedder) },
            Task { await exporter?.run() },
            Task { await Self.writeMetrics(of: fleet, configuration.log, to: output) },
            Task {
                let processors = await Self.processors(metadata, http, log)
                let threads = Double(configuration.listen.threads)
                await Self.watch(
                    shedder, server, processors: min(threads, processors), log: log)
            },
            Task { await ConnectionLog(counters: listener, log: log).run() },
        ]
        actuating = Task { await actuator.run() }
        announcing = Task { await announcer.run() }
        log.info(
            "aggregator.listening", LogField("address", configuration.listen.address),
            LogField("port", Int(server.port)))
    }

    private static func listen(
        _ configuration: ListenConfiguration, _ counters: HTTPServerCounters, _ routes: Routes
    ) throws(AggregatorError) -> HTTPServer {
        do {
            return try HTTPServer(
                configuration.options, counters: counters, admit: { routes.admit($0) },
                handler: { routes.reply(to: $0) })
        } catch {
            throw .listener(error)
        }
    }

    private static func client(
        _ environment: (String) -> String?, _ http: HTTPClient, _ metrics: Metrics, _ log: Log
    ) throws(AggregatorError) -> AWSClient {
        let events = AWSEventLog(log: log, counters: metrics.calls)
        do {
            return AWSClient(
                configuration: try AWSConfiguration(environment: environment), http: http,
                observe: { events.note($0) })
        } catch {
            throw .aws(error)
        }
    }

    private static func exporter(
        _ environment: (String) -> String?, _ view: MetricsView, _ http: HTTPClient, _ log: Log
    ) throws(AggregatorError) -> OTLPExporter? {
        do {
            return try OTLPSettings(environment).map {
                OTLPExporter(settings: $0, view: view, http: http, log: log)
            }
        } catch {
            throw .configuration(error)
        }
    }

    /// Where it listens.
    package var port: UInt16 { server.port }

    /// Lets requests and calls under way end, for at most `AggregatorLimits.stopWithin`.
    ///
    /// Blocks its thread, which is none of Swift's.
    package func stop() {
        let deadline = MonotonicClock.now() + AggregatorLimits.stopWithin
        for task in endless { task.cancel() }
        resolver.stop()
        server.stop()
        fleet.stop()
        let (actuating, announcing, announcer) = (self.actuating, self.announcing, self.announcer)
        let lasting = self.lasting
        let ended = Semaphore()
        Task {
            await actuating.value
            announcer.stop()
            await lasting.end()
            await announcing.value
            ended.signal()
        }
        _ = ended.wait(atMost: deadline - MonotonicClock.now())
    }

    /// Time alone may change a decision: silence, cooldowns, windows.
    private static func tick(_ fleet: Fleet) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: AggregatorLimits.tickPeriod)
            fleet.tick(now: MonotonicClock.now(), wallMs: WallClock.nowMs())
        }
    }
}

// Overload, and metrics as lines.
extension Aggregator {
    private static func writeMetrics(
        of fleet: Fleet, _ log: LogConfiguration, to output: Output
    ) async {
        guard let namespace = log.embeddedMetricsNamespace else { return }
        let metrics = EmbeddedMetrics(namespace: namespace) { output.writeMetrics($0) }
        while !Task.isCancelled {
            try? await Task.sleep(for: log.embeddedMetricsPeriod)
            if !Task.isCancelled { metrics.tell(fleet) }
        }
    }

    /// How many processors there are for this task, at most those that this container sees.
    private static func processors(
        _ metadata: String?, _ http: HTTPClient, _ log: Log
    ) async -> Double {
        let seen = Processors.available()
        guard let metadata else { return seen }
        var attempt = 1
        while !Task.isCancelled {
            do {
                let limit = try await TaskProcessors.limit(metadata, http)
                let processors = min(seen, limit ?? seen)
                log.info("processors.known", LogField("processors", processors))
                return processors
            } catch {
                guard attempt < AggregatorLimits.metadataAttemptsMax else {
                    log.warning(
                        "processors.unknown", LogField("error", "\(error)"),
                        LogField("processors", seen))
                    return seen
                }
            }
            attempt += 1
            try? await Task.sleep(for: .seconds(1))
        }
        return seen
    }

    private static func watch(
        _ shedder: LoadShedder, _ server: HTTPServer, processors: Double, log: Log
    ) async {
        var use = ProcessorUse(processors: processors)
        var strangers = ProcessorUse(processors: processors)
        while !Task.isCancelled {
            server.setStrangers(processors: processors, isTight: shedder.isTight)
            try? await Task.sleep(for: AggregatorLimits.tickPeriod)
            let now = MonotonicClock.now()
            let seconds = Double(server.counters.strangersMicroseconds.value) * 1e-6
            let strangersPercent = strangers.percent(cpuSeconds: seconds, now: now) ?? 0
            guard let figures = ProcessFigures.read(),
                let used = use.percent(cpuSeconds: figures.cpuSeconds, now: now)
            else { continue }
            let fields = [
                LogField("usedPercent", used), LogField("strangersPercent", strangersPercent),
            ]
            switch shedder.note(usedPercent: used, strangersPercent: strangersPercent) {
            case .began: log.log(.warning, "overload.began", fields)
            case .ended: log.log(.info, "overload.ended", fields)
            case nil: break
            }
        }
    }
}

extension ListenConfiguration {
    /// For the listener; the port's range was checked when it was read.
    fileprivate var options: HTTPServerOptions {
        var options = HTTPServerOptions(
            address: address, port: UInt16(clamping: port), threads: threads)
        options.tls = tls
        options.limits.bodyBytesMax = AggregatorLimits.reportBodyBytesMax
        options.limits.bodyBufferKeptBytesMax = AggregatorLimits.bodyBufferKeptBytes
        options.limits.connectionMemoryBytes = AggregatorLimits.connectionMemoryBytes
        options.limits.connectionsMax = connectionsMax
        options.limits.connectionsReserved = min(
            AggregatorLimits.connectionsReserved, connectionsMax / 4)
        options.limits.strangersShare = AggregatorLimits.strangersShare
        options.limits.connectionsPerAddressMax = connectionsPerAddressMax
        options.limits.drainTimeout = AggregatorLimits.drainWithin
        return options
    }
}
