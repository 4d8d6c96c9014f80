/// Which AWS is spoken to, and as whom; from the environment, as the SDKs read it.
package struct AWSConfiguration: Sendable {
    package var region: String
    /// Instead of AWS's own endpoints; without a path.
    package var endpoints: [AWSService: String]
    /// PEM file of certificate authorities; `nil` takes the system's.
    package var authoritiesFile: String?
    package var credentials: CredentialsSource
    /// Endpoints validated by FIPS 140.
    package var usesFIPS: Bool
    /// Endpoints that have IPv6 addresses too.
    package var usesDualStack: Bool

    /// Reads `AWS_REGION` or `AWS_DEFAULT_REGION`, `AWS_ENDPOINT_URL_ECS`, `AWS_ENDPOINT_URL_SNS`,
    /// `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING`,
    /// `AWS_ENDPOINT_URL`, `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`, `AWS_USE_FIPS_ENDPOINT`,
    /// `AWS_USE_DUALSTACK_ENDPOINT`, `AWS_CA_BUNDLE`, and the variables of `CredentialsSource`.
    package init(environment: (String) -> String?) throws(AWSError) {
        guard let region = environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION") else {
            throw .configurationInvalid(
                key: "AWS_REGION", detail: "not set; ECS sets it, elsewhere set it yourself")
        }
        guard Self.isRegion(region) else {
            throw .configurationInvalid(key: "AWS_REGION", detail: "“\(region)” is no region")
        }
        self.region = region
        endpoints = [:]
        if environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() != "true" {
            for service in AWSService.allCases {
                let own = "AWS_ENDPOINT_URL_\(service.environmentName)"
                for key in [own, "AWS_ENDPOINT_URL"] where endpoints[service] == nil {
                    guard let url = environment(key) else { continue }
                    endpoints[service] = try Self.endpoint(url, key: key)
                }
            }
        }
        usesFIPS = try Self.flag("AWS_USE_FIPS_ENDPOINT", environment)
        usesDualStack = try Self.flag("AWS_USE_DUALSTACK_ENDPOINT", environment)
        authoritiesFile = environment("AWS_CA_BUNDLE")
        credentials = try CredentialsSource(environment: environment)
        // Whoever asks for FIPS must comply, and nobody can tell whether an endpoint named here
        // does.
        if usesFIPS, let service = AWSService.allCases.first(where: { endpoints[$0] != nil }) {
            throw .configurationInvalid(
                key: "AWS_USE_FIPS_ENDPOINT",
                detail: "true, but AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_"
                    + "\(service.environmentName) names another endpoint: leave one of them out")
        }
    }

    /// Where a service is, without a path.
    func endpoint(of service: AWSService, region: String) -> String {
        if let endpoint = endpoints[service] { return endpoint }
        let host = AWSPartition.of(region: region).host(
            service, region: region, fips: usesFIPS, dualStack: usesDualStack)
        return "https://" + host
    }

    /// `false` unless set; the SDKs take any case.
    private static func flag(
        _ key: String, _ environment: (String) -> String?
    ) throws(AWSError) -> Bool {
        switch environment(key)?.lowercased() {
        case nil, "", "false": return false
        case "true": return true
        case let value?:
            throw .configurationInvalid(key: key, detail: "“\(value)” is neither true nor false")
        }
    }

    static func isRegion(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }

    private static func endpoint(_ text: String, key: String) throws(AWSError) -> String {
        // libcurl signs the path "/" only.
        guard let url = EndpointURL(text), url.path.isEmpty || url.path == "/" else {
            throw .configurationInvalid(
                key: key, detail: "“\(text)” is not http://host[:port] or https://host[:port]")
        }
        return url.path.isEmpty ? text : String(text.dropLast())
    }
}
