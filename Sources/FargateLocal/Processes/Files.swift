import CFargateLocal

/// The few things of the system around that this target reads and writes.
enum Files {
    static func makeWorkDirectory() throws(FargateLocalError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/fargate-local.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .cannotWrite(path: parent, reason: systemReason())
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func makeDirectory(_ path: String) throws(FargateLocalError) {
        guard mkdir(path, 0o755) == 0 || fargate_errno() == EEXIST else {
            throw .cannotWrite(path: path, reason: systemReason())
        }
    }

    static func isExecutable(_ path: String) -> Bool {
        access(path, X_OK) == 0
    }

    static func read(_ path: String, what: String) throws(FargateLocalError) -> String {
        let descriptor = fargate_open(path, O_RDONLY, 0)
        guard descriptor >= 0 else { throw .missingFile(what: what, path: path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = CFargateLocal.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func write(_ text: String, to path: String) throws(FargateLocalError) {
        let descriptor = fargate_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemReason()) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard CFargateLocal.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw .cannotWrite(path: path, reason: systemReason())
        }
    }

    /// The directory of the running program.
    static func ownDirectory() -> String {
        let own = ownPath()
        return own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
    }

    static func ownPath() -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = fargate_own_path(&buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    /// The variables of this process whose names are wanted.
    static func environment(where isWanted: (String) -> Bool) -> [String: String] {
        var values: [String: String] = [:]
        var entry = fargate_environment()
        while let pair = entry?.pointee {
            let halves = String(cString: pair).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if halves.count == 2, isWanted(String(halves[0])) {
                values[String(halves[0])] = String(halves[1])
            }
            entry = entry?.advanced(by: 1)
        }
        return values
    }
}
