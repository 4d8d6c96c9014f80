// swift-tools-version: 6.2
import PackageDescription

// The four agent targets compile both ways: as ordinary Swift, and as Embedded Swift for the
// agent that ships. `make agent` sets AGENT_EMBEDDED to the toolchain's directory of Embedded
// libraries for this architecture; everything else builds without it.
let embeddedLibraries = Context.environment["AGENT_EMBEDDED"]

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    // No hash of each module in what ships: it differs from build to build.
    .unsafeFlags(
        ["-Xfrontend", "-disable-incremental-llvm-codegen"], .when(configuration: .release)),
]

let agentSettings: [SwiftSetting] =
    embeddedLibraries == nil
    ? strict
    : strict + [
        .enableExperimentalFeature("Embedded"),
        .unsafeFlags([
            "-wmo", "-Osize", "-Xfrontend", "-function-sections",
            // What many functions do alike becomes one function.
            "-Xllvm", "-enable-machine-outliner=always", "-Xllvm", "-machine-outliner-reruns=2",
            // Nothing unwinds the stack.
            "-Xcc", "-fno-asynchronous-unwind-tables",
            // These checks are empty calls in Embedded Swift (`swift_beginAccess` is one `ret`): the
            // tests, in ordinary Swift, make them.
            "-enforce-exclusivity=unchecked",
            // A hash of each file, for builds that go on from the one before.
            "-Xfrontend", "-disable-incremental-llvm-codegen",
        ]),
    ]

let agentLinking: [LinkerSetting] =
    embeddedLibraries.map { directory in
        [
            // Relative relocations (glibc 2.36, as in Debian 12) in a fiftieth of their usual size.
            .unsafeFlags([
                "-use-ld=lld", "\(directory)/libswiftUnicodeDataTables.a",
                "-Xlinker", "--gc-sections", "-Xlinker", "--icf=all", "-Xlinker", "-O2",
                "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "-s",
            ])
        ]
    } ?? []

// What every Swift target may use: instants, back-off and the like; the writing of JSON and text.
let base: [Target.Dependency] = ["Values", "Writing"]

// Calls of C that a test can make fail; elsewhere nothing of it is compiled.
let faults: [CSetting] =
    embeddedLibraries == nil
    ? [.define("FAULTS", .when(configuration: .debug))]
    : [.unsafeFlags(["-Os", "-fno-asynchronous-unwind-tables"])]

// The targets whose folder has a page for people.
let pages: Set = [
    "Control", "State", "agent", "aggregator", "bench", "Scaling", "Simulation", "World",
]

func page(of name: String) -> [String] {
    pages.contains(name) ? ["README.md"] : []
}

func swift(
    _ name: String, _ dependencies: [Target.Dependency], embedding files: [String] = []
) -> Target {
    .target(
        name: name, dependencies: base + dependencies, exclude: page(of: name),
        resources: files.map { .embedInCode($0) }, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: base + dependencies, exclude: page(of: name),
        swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: base + dependencies, swiftSettings: strict)
}

func fuzzer(_ name: String, _ folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: base + dependencies + ["CFuzzer"], path: "Tests/Fuzz/\(folder)",
        swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
}

func agentTarget(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: base + dependencies, swiftSettings: agentSettings)
}

let agentTargets: [Target] = [
    .target(name: "CPlatform", dependencies: ["CFaults"], cSettings: faults),
    .target(name: "CFaults", cSettings: faults),
    .target(
        name: "CCurl", dependencies: ["CFaults"], cSettings: faults,
        linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CJSON", linkerSettings: [.linkedLibrary("cjson")]),
    .target(name: "Writing", swiftSettings: agentSettings),
    .target(name: "Values", dependencies: ["Writing"], swiftSettings: agentSettings),
    agentTarget("Telemetry", []),
    agentTarget("Platform", ["CPlatform"]),
    agentTarget("Transport", ["CCurl", "CZlib", "Platform"]),
    agentTarget("AgentCore", ["Telemetry", "Platform", "Transport", "CJSON"]),
    .executableTarget(
        name: "agent", dependencies: base + ["AgentCore", "Platform"], exclude: page(of: "agent"),
        swiftSettings: agentSettings,
        linkerSettings: agentLinking),
]

let aggregatorTargets: [Target] = [
    .target(
        name: "CMicrohttpd",
        linkerSettings: [.linkedLibrary("microhttpd"), .linkedLibrary("gnutls")]),
    .target(
        name: "CSimdjson", cxxSettings: [.unsafeFlags(["-O2"])],
        linkerSettings: [.linkedLibrary("simdjson")]),
    .target(name: "CDeflate", linkerSettings: [.linkedLibrary("deflate")]),
    // Rounding and square roots, without importing the C library.
    .target(
        name: "Scaling", dependencies: base + ["Telemetry"], exclude: page(of: "Scaling"),
        swiftSettings: strict,
        linkerSettings: [.linkedLibrary("m")]),
    swift("Control", ["Scaling", "Telemetry"]),
    swift("Simulation", ["Scaling", "Telemetry", "CDeflate"]),
    swift("World", ["Control", "Scaling", "Telemetry"]),
    program("worlds", ["World"]),
    swift("AWS", ["Platform", "Transport"]),
    swift("State", ["AWS", "Control", "CZlib", "Platform", "Scaling"]),
    swift("HTTPServer", ["CMicrohttpd", "Platform"]),
    swift(
        "AggregatorCore",
        [
            "Telemetry", "Platform", "Transport", "Scaling", "Control", "State", "AWS",
            "HTTPServer", "CSimdjson", "CDeflate",
        ],
        embedding: [
            "Page/index.html", "Page/page.css", "Page/page.js", "Page/icon.svg",
            "Page/openapi.json",
        ]),
    program("aggregator", ["AggregatorCore", "Simulation", "Platform"]),
    .target(name: "CFargateLocal"),
    swift("FargateLocal", ["HTTPServer", "Platform", "Telemetry", "CFargateLocal"]),
    program("fargate-local", ["FargateLocal", "Platform"]),
    .target(name: "CLoad"),
    program(
        "bench",
        [
            "AgentCore", "CLoad", "FargateLocal", "HTTPServer", "Scaling", "Simulation",
            "Telemetry", "Transport", "Platform",
        ]),
]

let testTargets: [Target] = [
    .target(
        name: "TestSupport", dependencies: base + ["Platform"], path: "Tests/TestSupport",
        swiftSettings: strict),
    tests("HouseTests", ["AgentCore"]),
    tests("ValuesTests", ["TestSupport"]),
    tests("PlatformTests", ["CFaults", "Platform", "TestSupport"]),
    tests("TelemetryTests", ["Telemetry", "TestSupport"]),
    tests("AgentCoreTests", ["AgentCore", "Telemetry", "TestSupport"]),
    tests("AgentTests", ["AgentCore", "Platform", "Transport", "TestSupport"]),
    tests("TransportTests", ["CFaults", "Transport", "Platform", "TestSupport"]),
    tests("AWSTests", ["AWS", "Platform", "Transport", "TestSupport"]),
    tests("ScalingTests", ["Scaling", "Telemetry"]),
    tests("ControlTests", ["Control", "Scaling", "Telemetry", "TestSupport"]),
    tests("SimulationTests", ["Simulation", "Scaling", "Telemetry"]),
    tests("WorldTests", ["World", "Control", "Scaling"]),
    tests(
        "StateTests",
        ["AWS", "CFaults", "Control", "Platform", "State", "Transport", "TestSupport"]),
    tests("HTTPServerTests", ["HTTPServer", "Platform", "TestSupport"]),
    tests("DockerTests", ["TestSupport"]),
    tests(
        "FargateLocalTests", ["FargateLocal", "HTTPServer", "Platform", "Telemetry", "TestSupport"]),
    tests(
        "AggregatorCoreTests",
        [
            "AggregatorCore", "Control", "Telemetry", "Platform", "Transport", "Scaling", "AWS",
            "HTTPServer", "TestSupport",
        ]),
    tests(
        "AggregatorTests",
        ["AggregatorCore", "Telemetry", "Platform", "Transport", "TestSupport"]),
]

// `make fuzz` sets FUZZ, and builds these, each a program, with libFuzzer's instruments.
let fuzzTargets: [Target] =
    Context.environment["FUZZ"] == nil
    ? []
    : [
        .target(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
        fuzzer("fuzz-report", "Report", ["AggregatorCore", "Scaling", "Telemetry", "Transport"]),
        fuzzer("fuzz-sockets", "Sockets", ["Platform"]),
        fuzzer("fuzz-status", "Status", ["Telemetry"]),
    ]

let package = Package(
    name: "fargate-autoscaler",
    targets: embeddedLibraries == nil
        ? agentTargets + aggregatorTargets + testTargets + fuzzTargets : agentTargets,
    cxxLanguageStandard: .cxx17
)
