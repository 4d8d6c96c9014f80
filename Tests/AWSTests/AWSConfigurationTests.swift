import TestSupport
import Testing

@testable import AWS

@Suite struct AWSConfigurationTests {
    private static let keys = [
        "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s",
    ]

    private func configuration(_ more: [String: String]) throws -> AWSConfiguration {
        try AWSConfiguration(Self.keys.merging(more) { _, new in new })
    }

    @Test func endpointsAreThoseOfBotocore() async throws {
        let process = try TestProcess(
            Repository.python,
            [Repository.support("aws_endpoints.py")] + AWSService.allCases.map(\.rawValue))
        #expect(try await process.exit(within: .seconds(120)) == .code(0))
        let lines = process.output.split(separator: "\n")
        #expect(lines.count >= 4 * 40 * AWSService.allCases.count)
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            let service = try #require(AWSService(rawValue: words[0]))
            let configuration = try configuration([
                "AWS_REGION": words[1], "AWS_USE_FIPS_ENDPOINT": words[2],
                "AWS_USE_DUALSTACK_ENDPOINT": words[3],
            ])
            #expect(configuration.endpoint(of: service, region: words[1]) == words[4], "\(line)")
        }
    }

    @Test(arguments: [
        ("us-future-9", "ecs.us-future-9.amazonaws.com"),
        ("us-gov-future-9", "ecs.us-gov-future-9.amazonaws.com"),
        ("eusc-fr-west-1", "ecs.eusc-fr-west-1.amazonaws.eu"),
        ("us-isof-west-7", "ecs.us-isof-west-7.csp.hci.ic.gov"),
    ])
    func aNewRegionIsInItsPartition(region: String, host: String) throws {
        let configuration = try configuration(["AWS_REGION": region])
        #expect(configuration.endpoint(of: .ecs, region: region) == "https://" + host)
    }

    @Test func aVariantInAnyCaseIsTaken() throws {
        let configuration = try configuration(["AWS_USE_FIPS_ENDPOINT": "True"])
        #expect(configuration.usesFIPS && !configuration.usesDualStack)
    }

    @Test(arguments: ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SNS"])
    func anEndpointOfOnesOwnIsNotTakenForFIPS(key: String) throws {
        var environment = ["AWS_USE_FIPS_ENDPOINT": "true", key: "http://localhost:4566"]
        let error = #expect(throws: AWSError.self) { try configuration(environment) }
        #expect(error?.text.hasPrefix("AWS_USE_FIPS_ENDPOINT: true, but") == true)
        environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
        #expect(
            try configuration(environment).endpoint(of: .sns, region: "us-gov-west-1")
                == "https://sns.us-gov-west-1.amazonaws.com")
    }

    @Test func takesTheRegionFromEitherVariable() throws {
        #expect(try configuration(["AWS_DEFAULT_REGION": "us-east-1"]).region == "eu-west-1")
        var environment = Self.keys
        environment["AWS_REGION"] = nil
        environment["AWS_DEFAULT_REGION"] = "us-east-1"
        #expect(try AWSConfiguration(environment).region == "us-east-1")
    }

    @Test func prefersAServicesOwnEndpoint() throws {
        let configuration = try configuration([
            "AWS_ENDPOINT_URL": "http://localhost:4566/", "AWS_ENDPOINT_URL_SNS": "https://[::1]:8",
        ])
        #expect(configuration.endpoint(of: .ecs, region: "x") == "http://localhost:4566")
        #expect(configuration.endpoint(of: .sns, region: "x") == "https://[::1]:8")
        let ignoring = try self.configuration([
            "AWS_ENDPOINT_URL": "http://localhost:4566",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        ])
        #expect(ignoring.endpoints == [:])
    }

    @Test(arguments: [
        ("AWS_REGION", "eu west 1"), ("AWS_REGION", "eu-west-1.evil.example/"),
        ("AWS_ENDPOINT_URL", "localhost:4566"), ("AWS_ENDPOINT_URL_ECS", "http://h/path"),
        ("AWS_ENDPOINT_URL_SNS", "http://user:secret@h"), ("AWS_ENDPOINT_URL", "http://h:99999"),
        ("AWS_ENDPOINT_URL", "http://h?q"), ("AWS_ENDPOINT_URL", "ftp://h"),
        ("AWS_USE_FIPS_ENDPOINT", "1"), ("AWS_USE_DUALSTACK_ENDPOINT", "yes"),
    ])
    func refusesWhatMeansNothing(key: String, value: String) {
        let error = #expect(throws: AWSError.self) { try configuration([key: value]) }
        guard case .configurationInvalid(key, let detail) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(detail.contains(value))
    }

    @Test func saysWhatIsMissing() {
        for key in ["AWS_REGION", "AWS_SECRET_ACCESS_KEY"] {
            var environment = Self.keys
            environment[key] = nil
            let error = #expect(throws: AWSError.self) { try AWSConfiguration(environment) }
            #expect(error?.text.hasPrefix("\(key): not set") == true)
        }
        let error = #expect(throws: AWSError.self) {
            try AWSConfiguration(["AWS_REGION": "eu-west-1"])
        }
        #expect(error?.text.contains("task role") == true)
    }
}

@Suite struct CredentialsSourceTests {
    private func container(_ environment: [String: String]) throws -> ContainerCredentials? {
        switch try CredentialsSource(environment: { environment[$0] }) {
        case .fixed: nil
        case .container(let container): container
        }
    }

    @Test func prefersKeysThenTheRelativeURI() throws {
        var environment = [
            "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/1",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/full",
        ]
        #expect(try container(environment) == nil)
        environment["AWS_ACCESS_KEY_ID"] = nil
        let relative = try container(environment)
        #expect(relative?.url == "http://169.254.170.2/v2/credentials/1")
        #expect(relative?.authorization == ContainerCredentials.Authorization.none)
        environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = nil
        environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "t"
        #expect(try container(environment)?.authorization == .token("t"))
        environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/f"
        #expect(try container(environment)?.authorization == .file("/f"))
    }

    @Test(arguments: [
        "http://127.0.0.1:1/x", "http://127.9.9.9/", "http://localhost:80/x?y=z", "http://[::1]/",
        "http://169.254.170.2/x", "http://169.254.170.23/v1/credentials",
        "http://[fd00:ec2::23]/v1/credentials", "https://example.com/anything",
    ])
    func takesAllowedHosts(url: String) throws {
        #expect(try container(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url])?.url == url)
    }

    @Test(arguments: [
        "http://example.com/", "http://169.254.169.254/", "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/", "http://evil.example#127.0.0.1",
        "http://127.0.0.1\\@evil.example/", "http://[fd00:ec2::24]/", "file:///etc/passwd",
        "127.0.0.1", "http://127.1/", "http://127.0.0.1 /",
    ])
    func refusesOtherHostsInClearText(url: String) {
        #expect(throws: AWSError.self) {
            try container(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url])
        }
    }

    @Test func refusesARelativeURIThatIsNone() {
        for path in ["v2", "@evil.example/", ".evil.example/"] {
            #expect(throws: AWSError.self) {
                try container(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": path])
            }
        }
    }
}
