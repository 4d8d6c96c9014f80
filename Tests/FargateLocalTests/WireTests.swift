import TestSupport
import Testing
import Values

@testable import FargateLocal

@Suite struct WireTests {
    private static let scope = "AKIA1/20261124/eu-west-1/ecs/aws4_request"
    private static let signature = String(repeating: "0a", count: 32)

    @Test func readsWhoSigned() throws {
        let header = try SignatureHeader(
            "AWS4-HMAC-SHA256 Credential=\(Self.scope), SignedHeaders=host;x-amz-date, "
                + "Signature=\(Self.signature)", service: "ecs")
        #expect(header.accessKeyID == "AKIA1")
        #expect(header.region == "eu-west-1")
    }

    @Test(arguments: [
        nil, "", "Bearer x", "AWS4-HMAC-SHA256 ",
        "AWS4-HMAC-SHA256 Credential=AKIA1/x, SignedHeaders=host, Signature=\(signature)",
        "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=date, Signature=\(signature)",
        "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=host, Signature=abc",
        "AWS4-HMAC-SHA256 Credential=\(scope.replacing("ecs", with: "sns")), SignedHeaders=host, "
            + "Signature=\(signature)",
    ])
    func refusesWhatIsNotASignature(header: String?) {
        #expect(throws: ECSError.self) { try SignatureHeader(header, service: "ecs") }
    }

    @Test func readsForms() {
        let form = QueryForm(Array("a=1&b=x+y%20%C3%BC&c&d=%zz&a=2&=e&e=a%3Db%26&f=%4".utf8))
        #expect(form["a"] == "1")
        #expect(form["b"] == "x y ü")
        #expect(form["c"] == "")
        #expect(form["d"] == "%zz")
        #expect(form["e"] == "a=b&")
        #expect(form["f"] == "%4")
        #expect(form["g"] == nil)
    }

    @Test func survivesRandomBytes() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let alphabet = Array("&=%+aA0/,; \r\n".utf8) + [0, 0xC3, 0xFF]
        for _ in 0..<2000 {
            let count = Int.random(in: 0...60, using: &random)
            let bytes = (0..<count).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            let text = String(decoding: bytes, as: UTF8.self)
            _ = QueryForm(bytes)
            _ = TaskDefinition(text)
            _ = LoadResult(wrk: text)
            #expect(throws: ECSError.self, "seed \(seed)") {
                try SignatureHeader(text, service: "ecs")
            }
        }
    }

    @Test func givesAFaultAsOftenAsItWasTold() {
        var state = FargateState(settings: FargateSettings(), clusters: [])
        state.faults = [
            InjectedFault(operation: "UpdateService", status: 400, type: "Throttling", count: 2)
        ]
        #expect(state.takeFault("DescribeServices") == nil)
        #expect(state.takeFault("UpdateService")?.type == "Throttling")
        #expect(state.takeFault("UpdateService")?.status == 400)
        #expect(state.takeFault("UpdateService") == nil)
        #expect(state.faults.isEmpty)
    }

    @Test(arguments: [
        ("web:7", "web", "7"), ("web", "web", "1"),
        ("arn:aws:ecs:us-east-1:1:task-definition/web:12", "web", "12"),
    ])
    func readsTaskDefinitions(text: String, family: String, revision: String) throws {
        let definition = try #require(TaskDefinition(text))
        #expect(definition.family == family)
        #expect(definition.revision == revision)
    }

    @Test func rendersTemplatesAsTheImageOfNginxDoes() {
        let text = NginxConfiguration.render(
            "listen ${PORT}; proxy_set_header Host $host; set $x ${OTHER};", ["PORT": "80"])
        #expect(text == "listen 80; proxy_set_header Host $host; set $x ${OTHER};")
    }

    @Test func readsWhatWrkSays() {
        let result = LoadResult(
            wrk: """
                Running 5m test @ http://127.0.0.1:25703/
                  Latency Distribution
                     50%   51.26ms
                     99%   59.08ms
                  1278 requests in 15.63s, 202.29KB read
                  Socket errors: connect 1, read 2, write 0, timeout 4
                  Non-2xx or 3xx responses: 76
                """)
        #expect(result.requests == 1278)
        #expect(result.refused == 76)
        #expect(result.broken == 7)
        #expect(result.latencyMedian == "51.26ms")
        #expect(result.latency99 == "59.08ms")
    }
}

@Suite struct CommandTests {
    @Test func takesItsOptions() throws {
        let command = try RunCommand([
            "--tasks", "3", "--start-delay-ms", "10", "--no-service-name", "--metadata-cluster",
            "name", "--cluster", "blue",
        ])
        #expect(command.tasks == 3)
        #expect(command.options.settings.startDelay == .milliseconds(10))
        #expect(!command.options.settings.metadataHasServiceName)
        #expect(command.options.settings.metadataClusterForm == .name)
        #expect(command.options.clusters.contains("blue"))
        #expect(command.options.programs.agent == nil)
    }

    @Test(arguments: [
        ["--tasks", "65"], ["--tasks", "x"], ["--tasks"], ["--port", "65536"], ["--nonsense"],
        ["--metadata-cluster", "maybe"], ["--concurrency", "0"],
    ])
    func refusesMistakes(arguments: [String]) {
        #expect(throws: FargateLocalError.self) { try RunCommand(arguments) }
    }

    @Test func namesOptionRangeAndValue() {
        #expect(
            throws: FargateLocalError.badOption(
                name: "--concurrency", value: "0", expected: "a number from 1 to 100000")
        ) { try BackendCommand(["--concurrency", "0"]) }
    }
}
