/// For which services the agents' tokens of one variable speak; a stolen one speaks for no other.
package struct TokenScope: Equatable, Sendable {
    /// The environment variable that holds the tokens, or with `_FILE` behind it names their file.
    package let variable: String
    /// `cluster/service`, or `cluster/*`.
    package let services: [String]

    package func allows(_ key: ServiceKey) -> Bool {
        services.contains("\(key)") || services.contains("\(key.cluster)/*")
    }

    /// Reads `{"variable":"SHOP_TOKEN","services":["shop/web","legacy/*"]}`; `nil` when it is
    /// wrong.
    init?(_ reader: inout ObjectReader) {
        let variable = reader.requiredString("variable")
        let entries = reader.strings("services", countMax: AggregatorLimits.servicesMax)
        guard let variable, let entries else { return nil }
        guard Self.isVariable(variable) else {
            reader.refuse(
                "variable", reader.line,
                "must be the name of an environment variable of your own, such as SHOP_TOKEN;"
                    + " not one beginning with AGGREGATOR_ or AWS_, and not \"\(variable)\"")
            return nil
        }
        for entry in entries where !Self.isEntry(entry) {
            reader.refuse(
                "services", reader.line, "must be CLUSTER/SERVICE or CLUSTER/*, not \"\(entry)\"")
            return nil
        }
        self.variable = variable
        services = entries
    }

    /// Which of its entries no configured service answers to.
    func unknown(among keys: [ServiceKey]) -> [String] {
        services.filter { entry in
            !keys.contains { entry == "\($0)" || entry == "\($0.cluster)/*" }
        }
    }

    private static func isVariable(_ name: String) -> Bool {
        !name.hasPrefix("AGGREGATOR_") && !name.hasPrefix("AWS_")
            && name.utf8.allSatisfy { byte in
                (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
            }
    }

    private static func isEntry(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return parts.count == 2 && ServiceKey.isName(parts[0])
            && (parts[1] == "*" || ServiceKey.isName(parts[1]))
    }
}
