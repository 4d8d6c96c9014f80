import AgentCore
import TestSupport
import Testing

@Suite struct SettingsTests {
    private static let needed = [
        "ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v4/abc",
        "AGGREGATOR_URL": "http://aggregator.internal:8787",
    ]

    private func settings(_ more: [String: String] = [:]) throws -> AgentSettings {
        let all = Self.needed.merging(more) { $1 }
        return try AgentSettings { all["\($0)"] }
    }

    private func problem(_ more: [String: String]) -> String {
        do {
            _ = try settings(more)
            return ""
        } catch {
            return (error as? SettingError)?.text ?? "\(error)"
        }
    }

    @Test func standardsAreTheDocumented() throws {
        let settings = try settings()
        #expect(settings.sampleInterval == .nanoseconds(1_000_000_000 / 15))
        #expect(settings.window == .seconds(1))
        #expect(settings.sampleTimeout == .seconds(5))
        #expect(settings.pushRise == 5)
        #expect(settings.pushRisePercent == 25)
        #expect(settings.pushFloor == .milliseconds(200))
        #expect(settings.pushTimeout == .seconds(1))
        #expect(settings.backoffMax == .milliseconds(900))
        #expect(settings.statusTargets.map(\.text) == ["http://127.0.0.1:8113/nginx_status"])
        #expect(settings.aggregators[0].reportsURL == "http://aggregator.internal:8787/v1/reports")
        #expect(settings.token == nil)
    }

    @Test(arguments: WholeSetting.all.map { "\($0.key)" })
    func aWrongNumberIsNamedWithKeyRangeAndValue(key: String) throws {
        let setting = try #require(WholeSetting.all.first { "\($0.key)" == key })
        for value in [
            "\(setting.range.upperBound + 1)", "-1", "1.5", "many", "99999999999999999999",
        ] {
            #expect(
                problem([key: value])
                    == "\(key): must be a whole number from \(setting.range.lowerBound) to "
                    + "\(setting.range.upperBound), but is \"\(value)\"")
        }
        #expect(setting.range.contains(setting.standard))
        #expect(problem([key: "\(setting.range.upperBound)"]) == "")
    }

    @Test func portsAreFoundUnlessSet() throws {
        #expect(try settings().nginxPorts == [])
        #expect(try settings(["NGINX_PORTS": "80"]).nginxPorts == [80])
        #expect(try settings(["NGINX_PORTS": "80,443,80"]).nginxPorts == [80, 443])
    }

    @Test(arguments: ["0", "65536", "80,", ",80", "http", "80 443", "-1"])
    func whatIsNoPortIsRefused(text: String) {
        #expect(problem(["NGINX_PORTS": text]).hasPrefix("NGINX_PORTS: must be 1 to 16 port"))
    }

    @Test func portsAreLimited() {
        let many = (1...17).map { "\($0)" }.joined(separator: ",")
        #expect(problem(["NGINX_PORTS": many]) != "")
    }

    @Test func outsideATaskIsAnErrorOfItsOwn() {
        #expect(throws: SettingError.self) { try AgentSettings { _ in nil } }
        do {
            _ = try AgentSettings { "\($0)" == "AGGREGATOR_URL" ? "http://a" : nil }
        } catch {
            guard case .notInTask = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test(arguments: [
        "ftp://a", "a:8787", "http://", "http://:80", "http:///x", "http://user:pw@a",
        "http://a?x=1",
        "http://a b", "",
    ])
    func refusesWhatIsNoAggregatorAddress(url: String) {
        let text = problem(["AGGREGATOR_URL": url])
        #expect(text.hasPrefix("AGGREGATOR_URL: must be"))
        #expect(!text.contains("pw"), "a password is not shown")
    }

    @Test(arguments: [
        ("http://127.0.0.1:8113/nginx_status", "/nginx_status"),
        ("http://localhost/s", "/s"), ("http://[::1]:80/s", "/s"), ("http://127.0.0.1", "/"),
        ("unix:/run/nginx.sock:/nginx_status", "/nginx_status"), ("unix:@nginx:/s", "/s"),
    ])
    func readsStatusAddresses(text: String, path: String) throws {
        let target = try #require(StatusTarget(text))
        #expect(target.path == path)
    }

    @Test(arguments: [
        "http://nginx.internal/s", "https://127.0.0.1/s", "127.0.0.1:80", "http://127.0.0.1:0/",
        "http://127.0.0.1:70000/", "unix:", "unix:run:/s", "unix:/run/x", "http://127.0.0.1/a b",
        "http://127.0.0.1/,", ",",
    ])
    func refusesStatusAddressesThatItCouldNotAskWithoutBlocking(text: String) {
        #expect(problem(["NGINX_STATUS_URL": text]).hasPrefix("NGINX_STATUS_URL: must be"))
    }

    @Test func sumsAtMostEightNginx() throws {
        let one = "http://127.0.0.1/s"
        let eight = Array(repeating: one, count: 8).joined(separator: ",")
        #expect(try settings(["NGINX_STATUS_URL": eight]).statusTargets.count == 8)
        #expect(problem(["NGINX_STATUS_URL": eight + "," + one]) != "")
    }

    @Test func theTokenIsNeverShown() throws {
        #expect(problem(["AGGREGATOR_TOKEN": "with space secret"]).contains("it has a space"))
        #expect(!problem(["AGGREGATOR_TOKEN": "with space secret"]).contains("secret"))
        #expect(
            problem(["AGGREGATOR_TOKEN": "a", "AGGREGATOR_TOKEN_FILE": "/b"])
                == "AGGREGATOR_TOKEN: must not be set together with AGGREGATOR_TOKEN_FILE")
    }

    @Test(arguments: [
        (#"{"token":"aaaaaaaaaaaaaaaaaaaaaaaa","owner":"platform-team-01"}"#, "it is JSON"),
        ("oldoldoldoldoldold,newnewnewnewnewnew", "it has a comma"),
        ("oldoldoldoldoldold\nnewnewnewnewnewnew", "it has several lines"),
        ("", "it is empty"),
    ])
    func refusesWhatTheAggregatorWouldReadOtherwise(token: String, reason: String) throws {
        #expect(problem(["AGGREGATOR_TOKEN": token]).contains(reason))
        let directory = try TemporaryDirectory()
        let file = try directory.write("token", token + "\n")
        #expect(problem(["AGGREGATOR_TOKEN_FILE": file]).contains(reason))
    }

    @Test func readsTheTokenFromAFile() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("token", "s3cret\n")
        let settings = try settings(["AGGREGATOR_TOKEN_FILE": file])
        #expect(try settings.token?.read() == "s3cret")
        _ = try directory.write("token", "an0ther")
        #expect(try settings.token?.read() == "an0ther", "it may be replaced")
        let missing = problem(["AGGREGATOR_TOKEN_FILE": "/does/not/exist"])
        #expect(missing.contains("No such file"))
    }

    @Test(arguments: ["x", "@", "/" + String(repeating: "a", count: 107)])
    func refusesAHealthSocketThatCannotBe(text: String) {
        #expect(problem(["AGENT_HEALTH_SOCKET": text]).hasPrefix("AGENT_HEALTH_SOCKET: must be"))
    }
}
