import Foundation
import Scaling
import TestSupport
import Testing

@testable import AggregatorCore

@Suite struct ConfigurationTests {
    private func read(_ text: String) throws(ConfigurationError) -> Configuration {
        try Configuration.read(Array(text.utf8))
    }

    /// A service's settings on top of a valid one's.
    private func service(_ settings: String) -> String {
        """
        {"services":[{"cluster":"shop","service":"web","target":{"metric":"busy","value":40}\
        \(settings.isEmpty ? "" : ",")\(settings)}]}
        """
    }

    private func problems(_ text: String) -> [String] {
        let error = #expect(throws: ConfigurationError.self) { try read(text) }
        return error?.problems.map(\.text) ?? []
    }

    @Test func readsTheShippedExample() throws {
        let path = "\(Repository.root)/docker/aggregator.example.json"
        let text = try Data(contentsOf: URL(filePath: path))
        let configuration = try Configuration.read(Array(text))
        #expect(
            configuration.services.map(\.key.description) == [
                "shop/web", "shop/search", "legacy/intranet",
            ])
        let web = configuration.services[0]
        #expect(web.policy.scaleIn.enabled)
        #expect(web.policy.scaleIn.limit.percent == 10)
        #expect(web.policy.maxTasks == 200)
        #expect(configuration.services[1].policy.sizing == .fixed(headroomPercent: 30))
        #expect(configuration.services[1].policy.dryRun)
        #expect(configuration.services[2].policy.rule == .steps(StepPolicy()))
    }

    @Test func fillsInDefaults() throws {
        let configuration = try read(service(""))
        #expect(configuration.listen.port == 8787)
        #expect(configuration.listen.address == "0.0.0.0")
        let policy = configuration.services[0].policy
        #expect(policy == ScalingPolicy(rule: .target([TargetMetric(metric: .busy, value: 40)])))
        #expect(!policy.scaleIn.enabled)
        #expect(configuration.services[0].snsTopicARN == nil)
    }

    @Test func takesUsageForAMetric() throws {
        let configuration = try read(
            """
            {"services":[{"cluster":"shop","service":"web",
            "target":[{"metric":"cpu","value":60},{"metric":"memory","value":75}]},
            {"cluster":"shop","service":"api","steps":"sample","stepsMetric":"cpu"}]}
            """)
        #expect(
            configuration.services[0].policy.rule
                == .target([
                    TargetMetric(metric: .cpu, value: 60), TargetMetric(metric: .memory, value: 75),
                ]))
        #expect(configuration.services[1].policy.rule == .steps(StepPolicy(metric: .cpu)))
    }

    @Test func takesNamesAndARNsForTheSameService() throws {
        let configuration = try read(
            """
            {"services":[{"cluster":"arn:aws:ecs:eu-central-1:1:cluster/shop",
            "service":"arn:aws:ecs:eu-central-1:1:service/shop/web","target":{"value":1}}]}
            """)
        #expect(
            configuration.services[0].key == ServiceKey(cluster: "shop", service: "web"))
    }

    @Test func scalesEachServiceOfAListTheSameWay() throws {
        let text = #"""
            {"services":[
              {"cluster":"shop","service":["web","api"],"min":3,"target":{"value":1}},
              {"cluster":"shop","service":"jobs","target":{"value":9}}]}
            """#
        let services = try read(text).services
        #expect(services.map(\.key.description) == ["shop/web", "shop/api", "shop/jobs"])
        #expect(services.map(\.policy.minTasks) == [3, 3, 1])
        #expect(services[0].policy == services[1].policy)
    }

    @Test(arguments: [
        (#"[]"#, "service: must be an array of 1 to 1000 texts, not an array of 0"),
        (#"["web",1]"#, "must be an array of 1 to 1000 texts"),
        (#"["web",""]"#, "must be an ARN or a name"),
        (#"["web","a b"]"#, "must be an ARN or a name"),
        (#"["web","web"]"#, "shop/web is configured by services[0] already; each service once"),
        (#"3"#, "service: must be a text of 1 to 2048 bytes, not 3"),
    ])
    func refusesAListThatIsNone(list: String, message: String) {
        let found = problems(
            #"{"services":[{"cluster":"shop","service":\#(list),"target":{"value":1}}]}"#)
        #expect(found.count == 1)
        #expect(found.first?.contains(message) == true, "\(found)")
    }

    @Test(arguments: [
        ("\"mni\":1", "services[0].mni: is not known; did you mean \"min\"?"),
        ("\"scaleIn\":{\"cooldown\":5}", "did you mean \"cooldownSeconds\"?"),
        (
            "\"scaleIn\":{\"enabled\":1}",
            "services[0].scaleIn.enabled: must be true or false, not 1"
        ),
        ("\"min\":\"2\"", "services[0].min: must be a whole number from 0 to 5000, not \"2\""),
        ("\"min\":1.5", "services[0].min: must be a whole number from 0 to 5000, not 1.5"),
        ("\"max\":5001", "services[0].max: must be a whole number from 1 to 5000, not 5001"),
        ("\"min\":11", "services[0].min: must be 0 to 10, not 11"),
        ("\"min\":1,\"min\":2", "services[0].min: is given twice"),
        ("\"caution\":1", "number from 2 to 150, not 1"),
        ("\"caution\":\"bold\"", "must be \"economy\", \"balanced\", \"performance\" or"),
        ("\"caution\":20,\"headroomPercent\":1", "headroomPercent: cannot stand with caution"),
        ("\"headroomPercent\":901", "must be a number from 0 to 900, not 901"),
        ("\"steps\":\"sample\"", "services[0].steps: cannot stand with target"),
        ("\"stepsMetric\":\"busy\"", "services[0].stepsMetric: needs steps"),
        ("\"scaleOut\":[]", "services[0].scaleOut: must be an object, not an array of 0"),
        (
            "\"scaleOut\":{\"limit\":{\"periodSeconds\":0}}",
            "must be a number from 1 to 1800, not 0"
        ),
        ("\"data\":{\"staleAfterSeconds\":70}", "data.forgetAfterSeconds: must be 70 s to 3600 s"),
        ("\"snsTopicArn\":\"scaling\"", "snsTopicArn: must be an ARN, not \"scaling\""),
        ("\"snsTopicArn\":\"\"", "must be a text of 1 to 2048 bytes, not \"\""),
        ("\"dryRun\":null,\"tolerancePercent\":51", "must be a number from 0 to 50, not 51"),
        ("\"scaleOut\":{\"maxStep\":0}", "scaleOut.maxStep: must be a whole number from 1 to 5000"),
        (
            "\"scaleOut\":{\"launchRate\":{\"perSecond\":0}}",
            "launchRate.perSecond: must be a number from 0.01 to 1000, not 0"
        ),
        ("\"scaleOut\":{\"startTimeoutSeconds\":59}", "must be a number from 60 to 3600, not 59"),
        ("\"scaleIn\":{\"afterRestartSeconds\":-1}", "must be a number from 0 to 3600, not -1"),
        ("\"panic\":{\"thresholdPercent\":109}", "must be a number from 110 to 1000, not 109"),
        ("\"panic\":{\"hold\":1}", "did you mean \"holdSeconds\"?"),
        (
            "\"schedules\":[{\"cron\":\"0 8 * * *\",\"durationSeconds\":60}]",
            "schedules[0].name: is missing"
        ),
        (
            "\"schedules\":[{\"name\":\"a\",\"cron\":\"0 8 * *\",\"durationSeconds\":60}]",
            "five fields"
        ),
        (
            "\"schedules\":[{\"name\":\"a\",\"cron\":\"0 8 * * *\"}]",
            "schedules[0].durationSeconds: is missing"
        ),
        (
            "\"schedules\":[{\"name\":\"a\",\"cron\":\"0 8 * * *\",\"durationSeconds\":60,"
                + "\"timeZone\":\"../../../etc/passwd\"}]",
            "timeZone: must be a zone in /usr/share/zoneinfo"
        ),
        (
            "\"schedules\":[{\"name\":\"a\",\"cron\":\"0 8 * * *\",\"durationSeconds\":60,"
                + "\"expires\":\"tomorrow\"}]",
            "expires: must be a time such as"
        ),
    ])
    func refusesAMistakeInAService(settings: String, message: String) {
        let found = problems(service(settings))
        #expect(found.count == 1)
        #expect(found.first?.contains(message) == true, "\(found)")
    }

    @Test func readsEverySettingOfThePolicy() throws {
        let configuration = try Configuration.read(
            Array(
                service(
                    """
                    "scaleOut":{"maxStep":9,"launchRate":{"burst":50,"perSecond":5},
                      "startTimeoutSeconds":120},
                    "scaleIn":{"enabled":true,"maxStep":3,"afterRestartSeconds":30},
                    "panic":{"thresholdPercent":150,"holdSeconds":20},
                    "schedules":[{"name":"morning","cron":"30 7 * * mon-fri","timeZone":"Europe/Berlin",
                      "durationSeconds":7200,"min":4,"max":9,"expires":"2027-01-02T00:00:00Z"}]
                    """
                ).utf8))
        let policy = try #require(configuration.services.first).policy
        #expect(policy.scaleOut.maxStep == 9)
        #expect(policy.scaleOut.launchRate == LaunchRate(burst: 50, perSecond: 5))
        #expect(policy.scaleOut.startTimeout == .seconds(120))
        #expect(policy.scaleIn.maxStep == 3)
        #expect(policy.scaleIn.afterRestart == .seconds(30))
        #expect(policy.panic.thresholdPercent == 150)
        #expect(policy.panic.hold == .seconds(20))
        let schedule = try #require(policy.schedules.first)
        #expect(schedule.zone.offsetSeconds(atUnix: 1_784_000_000) == 7200, "summer in Berlin")
        #expect(schedule.expiresMs == 1_798_848_000_000)
        #expect(schedule.minTasks == 4 && schedule.maxTasks == 9)
    }

    @Test(arguments: [
        ("[]", "must be an object, not an array of 0"),
        ("{}", "services: must name at least one service"),
        ("{\"services\":[]}", "services: must name at least one service"),
        ("{\"services\":{}}", "services: must be an array, not an object"),
        ("{\"service\":[]}", "service: is not known; did you mean \"services\"?"),
        ("{\"services\":[{}]}", "services[0].cluster: is missing"),
        ("nonsense", "not valid JSON: line 1, column 2: null is expected"),
        ("", "not valid JSON: line 1, column 1: the document ends early"),
        ("{\"listen\":{\"port\":65536}}", "listen.port: must be a whole number from 0 to 65535"),
        ("{\"log\":{\"level\":\"warn\"}}", "did you mean \"warning\"?"),
        ("{\"reconcileSeconds\":0.5}", "reconcileSeconds: must be a number from 1 to 60, not 0.5"),
    ])
    func refusesAMistakeAtTheTop(text: String, message: String) {
        let found = problems(text)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }

    @Test(arguments: [
        ("{\"metric\":\"bussy\",\"value\":1}", "did you mean \"busy\"?"),
        ("{\"metric\":\"busy\"}", "target.value: is missing"),
        ("{\"value\":0}", "target.value: must be a number from 0.001 to 1000000, not 0"),
        ("[{\"value\":1},{\"value\":2}]", "target.metric: must be each metric once, not busy"),
        ("[]", "target (metrics): must be 1 to 4, not 0"),
        ("7", "target: must be an object, not 7"),
    ])
    func refusesAMistakeInATarget(target: String, message: String) {
        let found = problems(
            "{\"services\":[{\"cluster\":\"c\",\"service\":\"s\",\"target\":\(target)}]}")
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }

    @Test(arguments: [
        ("[{\"from\":50,\"tasks\":2},{\"from\":40,\"tasks\":3}]", "must be more than 50 before"),
        ("[{\"from\":50,\"tasks\":2},{\"from\":60,\"tasks\":1}]", "at least 2 of the step before"),
        ("[{\"from\":50}]", "steps[0].tasks: is missing"),
        ("[{\"from\":50,\"tasks\":2,\"to\":3}]", "steps[0].to: is not known"),
        ("[]", "must be 1 to 20, not 0"), ("\"default\"", "must be an array, not \"default\""),
    ])
    func refusesAMistakeInSteps(steps: String, message: String) {
        let found = problems(
            "{\"services\":[{\"cluster\":\"c\",\"service\":\"s\",\"steps\":\(steps)}]}")
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }

    @Test func tellsEveryMistakeAtOnceWithItsLine() {
        let found = problems(
            """
            {"services":[
              {"cluster":"a b","service":"web","target":{"value":1},
               "min":-1},
              {"cluster":"shop"}]}
            """)
        #expect(found.count == 4)
        #expect(found.contains { $0.hasPrefix("line 3: services[0].min") }, "\(found)")
        #expect(found.contains { $0.hasPrefix("line 4: services[1].service") }, "\(found)")
    }

    @Test func contradictionsAreToldBesideOtherMistakes() {
        let found = problems(
            service(
                """
                "min":30,"max":20,"schedules":[
                {"name":"a","cron":"0 25 32 * *","durationSeconds":60,"min":5},
                {"name":"b","cron":"0 1 * * *","durationSeconds":60,"max":1}]
                """))
        #expect(found.contains { $0.contains("min: must be 0 to 20, not 30") }, "\(found)")
        #expect(found.contains { $0.contains("must be 0 to 23") && $0.contains("25") }, "\(found)")
        #expect(found.contains { $0.contains("must be 1 to 31") && $0.contains("32") }, "\(found)")
        #expect(found.contains { $0.contains("at least min 30 of the service") }, "\(found)")
    }

    @Test func allContradictionsAreToldAtOnceWhateverElseIsWrong() {
        let found = problems(
            """
            {"services":[{"cluster":"shop","service":"web","min":30,"max":20,
             "target":[{"metric":"busy","value":1},{"metric":"busy","value":2}],
             "data":{"staleAfterSeconds":60,"forgetAfterSeconds":30}},
             {"cluster":"shop","service":"api","min":9,"max":8,"target":{"value":0},
             "data":{"staleAfterSeconds":0,"forgetAfterSeconds":30}}]}
            """)
        for words in [
            "services[0].min: must be 0 to 20", "services[0].target.metric: must be each metric",
            "services[0].data.forgetAfterSeconds: must be 60 s to",
            "services[1].min: must be 0 to 8", "services[1].data.staleAfterSeconds",
            "services[1].target",
        ] {
            #expect(found.contains { $0.contains(words) }, "\(words) in \(found)")
        }
        // What was refused is no ground for more.
        #expect(found.count == 6, "\(found)")
    }

    @Test func refusesAServiceThatIsThereTwice() {
        let entry = "\"service\":\"web\",\"target\":{\"value\":1}}"
        let found = problems(
            "{\"services\":[{\"cluster\":\"shop\",\(entry),{\"cluster\":\"x/shop\",\(entry)]}")
        #expect(found.count == 1)
        #expect(found.first?.contains("shop/web is configured by services[0] already") == true)
    }

    @Test(arguments: [(1_000, true), (1_001, false)])
    func takesSoManyServices(count: Int, fits: Bool) {
        let services = (0..<count).map {
            "{\"cluster\":\"c\",\"service\":\"s\($0)\",\"target\":{\"value\":1}}"
        }
        let text = "{\"services\":[\(services.joined(separator: ","))]}"
        #expect(((try? read(text)) != nil) == fits)
    }

    /// Whatever the limit, calls to ECS and files find a descriptor.
    @Test(arguments: [(65_535, 16_000), (1_024, 860), (256, 92), (64, 21), (8, 2)])
    func takesNoMoreConnectionsThanThereAreDescriptorsFor(descriptors: Int, connections: Int) {
        var listen = ListenConfiguration()
        listen.fit(descriptors: descriptors)
        #expect(listen.connectionsMax == connections)
    }
}
