/// The parts of an `Authorization` header of AWS Signature Version 4.
///
/// `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=…, Signature=…`
/// The signature itself is not recomputed: moto is the judge of that.
struct SignatureHeader: Equatable {
    let accessKeyID: String
    let region: String
    let service: String

    init(_ text: String?, service expected: String) throws(ECSError) {
        guard let text else { throw .unsigned }
        guard text.hasPrefix("AWS4-HMAC-SHA256 ") else {
            throw .badSignature("Authorization must begin with AWS4-HMAC-SHA256")
        }
        var fields: [Substring: Substring] = [:]
        for part in text.dropFirst("AWS4-HMAC-SHA256 ".count).split(separator: ",") {
            let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { fields[pair[0]] = pair[1] }
        }
        let scope = (fields["Credential"] ?? "").split(
            separator: "/", omittingEmptySubsequences: false)
        guard scope.count == 5, scope[4] == "aws4_request", scope[1].count == 8,
            !scope[0].isEmpty
        else { throw .badSignature("Credential must be KEY/DATE/REGION/SERVICE/aws4_request") }
        guard let signed = fields["SignedHeaders"]?.split(separator: ";"), signed.contains("host")
        else { throw .badSignature("SignedHeaders must name host") }
        guard let signature = fields["Signature"], signature.count == 64,
            signature.allSatisfy(\.isHexDigit)
        else { throw .badSignature("Signature must be 64 hexadecimal digits") }
        guard scope[3] == expected else {
            throw .badSignature("Credential should be scoped to correct service: '\(expected)'.")
        }
        accessKeyID = String(scope[0])
        region = String(scope[2])
        service = String(scope[3])
    }
}
