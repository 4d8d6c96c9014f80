/// A part of AWS with accounts and domains of its own.
///
/// Source: `partitions.json` and the endpoint rule sets of botocore 1.44.5; a test asks botocore
/// for each region, service and variant.
struct AWSPartition: Sendable {
    /// What the names of its regions begin with.
    let regionPrefix: String
    let domain: String
    /// Where its endpoints have IPv6 addresses too.
    let dualStackDomain: String
    /// Services whose ordinary endpoint is the FIPS one.
    var plainFIPS: Set<AWSService> = []

    static let all = [
        AWSPartition(
            regionPrefix: "cn-", domain: "amazonaws.com.cn",
            dualStackDomain: "api.amazonwebservices.com.cn"),
        AWSPartition(
            regionPrefix: "eusc-", domain: "amazonaws.eu",
            dualStackDomain: "api.amazonwebservices.eu"),
        AWSPartition(
            regionPrefix: "us-iso-", domain: "c2s.ic.gov", dualStackDomain: "api.aws.ic.gov"),
        AWSPartition(
            regionPrefix: "us-isob-", domain: "sc2s.sgov.gov", dualStackDomain: "api.aws.scloud"),
        AWSPartition(
            regionPrefix: "eu-isoe-", domain: "cloud.adc-e.uk",
            dualStackDomain: "api.cloud-aws.adc-e.uk"),
        AWSPartition(
            regionPrefix: "us-isof-", domain: "csp.hci.ic.gov",
            dualStackDomain: "api.aws.hci.ic.gov"),
        AWSPartition(
            regionPrefix: "us-gov-", domain: "amazonaws.com", dualStackDomain: "api.aws",
            plainFIPS: [.sns, .dynamodb, .applicationAutoScaling]),
        // The last: every region that no other claims, as the SDKs have it.
        AWSPartition(regionPrefix: "", domain: "amazonaws.com", dualStackDomain: "api.aws"),
    ]

    static func of(region: String) -> AWSPartition {
        all.first { region.hasPrefix($0.regionPrefix) } ?? all[all.count - 1]
    }

    /// The host of a service's endpoint.
    func host(_ service: AWSService, region: String, fips: Bool, dualStack: Bool) -> String {
        let suffix = fips && (dualStack || !plainFIPS.contains(service)) ? "-fips" : ""
        return "\(service.rawValue)\(suffix).\(region).\(dualStack ? dualStackDomain : domain)"
    }
}
