import Control
import Scaling
import Telemetry

extension ServiceConfiguration {
    /// One service, or several that are scaled the same way; empty when a mistake leaves nothing to
    /// go on with, which the reader has.
    static func read(_ reader: inout ObjectReader) -> [ServiceConfiguration] {
        let arnMax = AggregatorLimits.arnBytesMax
        let cluster = reader.requiredString("cluster", bytesMax: arnMax)
        let services = reader.textOrTexts(
            "service", bytesMax: arnMax, countMax: AggregatorLimits.servicesMax)
        let policy = ScalingPolicy(&reader)
        let topic = reader.string("snsTopicArn", bytesMax: arnMax)
        if let topic, !topic.hasPrefix("arn:") {
            reader.refuse("snsTopicArn", reader.line, "must be an ARN, not \"\(topic)\"")
        }
        let announced = kinds(&reader)
        let autoScaling = reader.choice("applicationAutoScaling", AutoScalingUse.self) ?? .watch
        if let cluster { checkName("cluster", cluster, &reader) }
        for service in services { checkName("service", service, &reader) }
        guard let cluster, let policy else { return [] }
        return services.map { service in
            var configuration = ServiceConfiguration(
                key: ServiceKey(cluster: cluster, service: service), cluster: cluster,
                service: service, policy: policy, snsTopicARN: topic)
            configuration.announced = announced
            configuration.autoScaling = autoScaling
            return configuration
        }
    }

    private static func kinds(_ reader: inout ObjectReader) -> Set<String>? {
        guard reader.has("announce") else { return nil }
        let kinds = reader.strings("announce", countMax: Announcement.kinds.count)
        for kind in kinds ?? [] where !Announcement.kinds.contains(kind) {
            let hint = nearest(to: kind, in: Announcement.kinds).map { "; did you mean \"\($0)\"?" }
            reader.refuse(
                "announce", reader.line,
                "must be of \(Announcement.kinds.joined(separator: ", ")), not"
                    + " \"\(kind)\"\(hint ?? "")")
        }
        return kinds.map { Set($0) }
    }

    private static func checkName(_ key: String, _ value: String, _ reader: inout ObjectReader) {
        guard !ServiceKey.isName(TaskIdentity.lastComponent(of: value)) else { return }
        reader.refuse(
            key, reader.line,
            "must be an ARN or a name of 1 to 255 letters, digits, - and _, not \"\(value)\"")
    }
}

extension ScalingPolicy {
    /// `nil` when there is no rule.
    fileprivate init?(_ reader: inout ObjectReader) {
        let min = reader.integer("min", in: 0...Limits.tasksMax)
        let max = reader.integer("max", in: 1...Limits.tasksMax)
        let rule = Rule(&reader)
        self.init(rule: rule ?? .target([]))
        if let min { minTasks = min }
        if let max { maxTasks = max }
        readSizing(&reader)
        if let value = reader.number("tolerancePercent", in: 0...50) { tolerancePercent = value }
        reader.object("scaleOut") { scaleOut.read(&$0) }
        reader.object("scaleIn") { scaleIn.read(&$0) }
        reader.object("panic") { panic.read(&$0) }
        reader.object("data") { data.read(&$0) }
        reader.objects("schedules", countMax: Limits.schedulesMax) { reader in
            if let schedule = Schedule(&reader) { schedules.append(schedule) }
        }
        dryRun = reader.bool("dryRun", default: false)
        refuseContradictions(&reader, hasRule: rule != nil)
        if rule == nil { return nil }
    }

    /// Settings that were read and contradict each other; what was refused already is no ground.
    private func refuseContradictions(_ reader: inout ObjectReader, hasRule: Bool) {
        let wrong = Set(reader.problems.map(\.path))
        for problem in problems where hasRule || !problem.key.hasPrefix("target") {
            let grounds = Self.grounds(of: problem)
            if grounds.contains(where: { wrong.contains(reader.path(of: $0)) }) { continue }
            refuse(problem, &reader)
        }
    }

    /// The settings that a problem is made of.
    private static func grounds(of problem: PolicyError) -> [String] {
        switch problem.key {
        case "min", "schedules.min", "schedules.max": ["min", "max"]
        case "forgetAfter": ["data.forgetAfterSeconds", "data.staleAfterSeconds"]
        default: []
        }
    }

    private func refuse(_ problem: PolicyError, _ reader: inout ObjectReader) {
        reader.refuse(
            Self.key(of: problem), reader.line, "must be \(problem.allowed), not \(problem.given)")
    }

    /// The policy's own keys name spans without their unit.
    private static func key(of error: PolicyError) -> String {
        switch error.key {
        case "forgetAfter", "staleAfter", "warmUp": "data.\(error.key)Seconds"
        case "panic.hold", "scaleOut.startTimeout", "scaleIn.stabilization",
            "scaleIn.afterRestart", "schedules.duration":
            "\(error.key)Seconds"
        case "steps.threshold": "steps.from"
        default: error.key
        }
    }

    private mutating func readSizing(_ reader: inout ObjectReader) {
        let caution = Caution(&reader)
        let headroom = reader.number("headroomPercent", in: 0...Limits.headroomPercentMax)
        switch (caution, headroom) {
        case (_?, _?):
            reader.refuse("headroomPercent", reader.line, "cannot stand with caution: choose one")
        case (let caution?, nil): sizing = .learnt(caution)
        case (nil, let headroom?): sizing = .fixed(headroomPercent: headroom)
        case (nil, nil): break
        }
    }
}

extension Caution {
    /// A number, or a name for one.
    fileprivate init?(_ reader: inout ObjectReader) {
        guard let value = reader.value("caution") else { return nil }
        switch value.content {
        case .string("economy"): self = .economy
        case .string("balanced"): self = .balanced
        case .string("performance"): self = .performance
        case .number(let number) where (Limits.cautionMin...Limits.cautionMax).contains(number):
            self.init(number)
        default:
            reader.refuse(
                "caution", value.line,
                "must be \"economy\", \"balanced\", \"performance\" or a number from"
                    + " \(JSONValue.words(Limits.cautionMin)) to"
                    + " \(JSONValue.words(Limits.cautionMax)), not \(value.words)")
            return nil
        }
    }
}

extension ScaleOutPolicy {
    fileprivate mutating func read(_ reader: inout ObjectReader) {
        if let value = reader.seconds("cooldownSeconds", in: .zero...Limits.cooldownMax) {
            cooldown = value
        }
        reader.object("limit") { limit.read(&$0) }
        maxStep = reader.integer("maxStep", in: 1...Limits.tasksMax)
        reader.object("launchRate") { reader in
            var rate = LaunchRate()
            if let value = reader.integer("burst", in: 1...Limits.tasksMax) { rate.burst = value }
            if let value = reader.number("perSecond", in: 0.01...1_000) { rate.perSecond = value }
            launchRate = rate
        }
        let range = Limits.startTimeoutMin...Limits.startTimeoutMax
        if let value = reader.seconds("startTimeoutSeconds", in: range) { startTimeout = value }
    }
}

extension PanicPolicy {
    fileprivate mutating func read(_ reader: inout ObjectReader) {
        if let value = reader.number("thresholdPercent", in: 110...1_000) {
            thresholdPercent = value
        }
        let range = Duration.zero...Limits.stabilizationMax
        if let value = reader.seconds("holdSeconds", in: range) { hold = value }
    }
}

extension ScaleInPolicy {
    fileprivate mutating func read(_ reader: inout ObjectReader) {
        enabled = reader.bool("enabled", default: enabled)
        if let value = reader.seconds("cooldownSeconds", in: .zero...Limits.cooldownMax) {
            cooldown = value
        }
        let range = Duration.zero...Limits.stabilizationMax
        if let value = reader.seconds("stabilizationSeconds", in: range) { stabilization = value }
        if let value = reader.seconds("afterRestartSeconds", in: range) { afterRestart = value }
        reader.object("limit") { limit.read(&$0) }
        maxStep = reader.integer("maxStep", in: 1...Limits.tasksMax)
    }
}

extension ChangeLimit {
    fileprivate mutating func read(_ reader: inout ObjectReader) {
        percent = reader.number("percent", in: 1...100_000)
        tasks = reader.integer("tasks", in: 1...Limits.tasksMax)
        let range = Limits.periodMin...Limits.periodMax
        if let value = reader.seconds("periodSeconds", in: range) { period = value }
    }
}

extension DataPolicy {
    fileprivate mutating func read(_ reader: inout ObjectReader) {
        let stale = Limits.staleAfterMin...Limits.staleAfterMax
        if let value = reader.seconds("staleAfterSeconds", in: stale) { staleAfter = value }
        let forget = Limits.staleAfterMin...Limits.forgetAfterMax
        if let value = reader.seconds("forgetAfterSeconds", in: forget) { forgetAfter = value }
        if let value = reader.number("quorumPercent", in: 1...100) { quorumPercent = value }
        if let value = reader.seconds("warmUpSeconds", in: .zero...Limits.cooldownMax) {
            warmUp = value
        }
    }
}
