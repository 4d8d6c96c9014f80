import AgentCore
import TestSupport
import Testing
import Values

@Suite struct TaskMetadataTests {
    // The example of AWS's documentation of the task metadata endpoint version 4, shortened.
    private static let document = """
        {"Cluster":"arn:aws:ecs:us-west-2:&ExampleAWSAccountNo1;:cluster/default",
        "TaskARN":"arn:aws:ecs:us-west-2:111122223333:task/default/e9028f8d5d8e4f258373e7b93ce9a3c3",
        "Family":"curltest","ServiceName":"MyService","Revision":"3","DesiredStatus":"RUNNING",
        "KnownStatus":"RUNNING","Limits":{"CPU":0.25,"Memory":512},"LaunchType":"FARGATE",
        "AvailabilityZone":"us-west-2a","ClockDrift":{"ClockErrorBound":0.5458234999999999,
        "ReferenceTimestamp":"2021-09-07T16:57:44Z","ClockSynchronizationStatus":"SYNCHRONIZED"},
        "Containers":[{"DockerId":"e902","Name":"curltest"}]}
        """

    private func read(_ text: String, serviceName: String? = nil) throws -> TaskMetadata {
        try TaskMetadata(parsing: Array(text.utf8), serviceName: serviceName)
    }

    @Test func readsTheDocumentedExample() throws {
        let metadata = try read(Self.document, serviceName: "ignored")
        #expect(metadata.identity.family == "curltest")
        #expect(metadata.identity.revision == "3")
        #expect(metadata.identity.service == "MyService")
        #expect(metadata.identity.clusterName == "default")
        #expect(metadata.identity.availabilityZone == "us-west-2a")
        #expect(metadata.cpus == 0.25)
        #expect(metadata.memoryMiB == 512)
        #expect(metadata.clock?.isSynchronized == true)
        #expect(metadata.clock.map { abs($0.errorMs - 0.5458) < 0.001 } == true)
    }

    @Test func theServiceMayBeConfiguredOrUnknown() throws {
        let document = Self.document.replacing(#""ServiceName":"MyService","#, with: "")
        #expect(try read(document, serviceName: "shop").identity.service == "shop")
        #expect(try read(document).identity.service == nil)
        let short = document.replacing(
            "arn:aws:ecs:us-west-2:&ExampleAWSAccountNo1;:cluster/", with: "")
        #expect(try read(short).identity.cluster == "default")
    }

    @Test(arguments: ["TaskARN", "Cluster", "Family", "Revision"])
    func refusesADocumentWithoutWhatEveryTaskHas(name: String) {
        let renamed = Self.document.replacing("\"\(name)\"", with: "\"Other\"")
        #expect(throws: MetadataError.self) { try read(renamed) }
        let typed = Self.document.replacing("\"\(name)\":\"", with: "\"\(name)\":7,\"x\":\"")
        #expect(throws: MetadataError.self) { try read(typed) }
        let long = Self.document.replacing(
            "\"\(name)\":\"", with: "\"\(name)\":\"arn:\(String(repeating: "a", count: 4096))")
        #expect(throws: MetadataError.self) { try read(long) }
    }

    @Test func refusesEveryTruncation() {
        let bytes = Array(Self.document.utf8)
        for length in 0..<bytes.count {
            #expect(throws: MetadataError.self) {
                try TaskMetadata(parsing: Array(bytes[..<length]), serviceName: nil)
            }
        }
    }

    @Test func survivesRandomBytes() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let document = Array(Self.document.utf8)
        for _ in 0..<5000 {
            var bytes = document
            for _ in 0..<4 {
                bytes[Int.random(in: bytes.indices, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            if let metadata = try? TaskMetadata(parsing: bytes, serviceName: nil) {
                #expect(metadata.identity.taskARN.hasPrefix("arn:"), "seed \(seed)")
            }
        }
        let nested = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: MetadataError.self) {
            try TaskMetadata(parsing: nested, serviceName: nil)
        }
    }
}
