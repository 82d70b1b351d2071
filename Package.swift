// swift-tools-version: 6.1
import PackageDescription

// Modules that run on the hot thread. Exclusivity is proven by ownership there (one thread, one
// owner), and its run-time checks cost 2 to 7 times the work they guard; bounds and overflow
// traps stay on.
let hot: [SwiftSetting] = [
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

// Modules that the tests' long loops spend their time in: optimised in debug builds too, with every
// check of a debug build.
let optimised: [SwiftSetting] = [
    .unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))
]

func module(
    _ name: String,
    _ path: String,
    _ dependencies: [Target.Dependency] = [],
    hot isHot: Bool = true,
    optimised isOptimised: Bool = false
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: "Sources/\(path)",
        swiftSettings: (isHot ? hot : []) + (isOptimised ? optimised : [])
    )
}

func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    exclude: [String] = [],
    optimised isOptimised: Bool = false
) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        path: "Tests/\(name)",
        exclude: exclude,
        swiftSettings: isOptimised ? optimised : []
    )
}

let package = Package(
    name: "sluice-engine",
    products: [
        .executable(name: "sluice", targets: ["sluice"]),
        .executable(name: "bench", targets: ["bench"]),
        .executable(name: "fuzz", targets: ["fuzz"]),
        .executable(name: "torture", targets: ["torture"]),
        .executable(name: "wsecho", targets: ["wsecho"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        // Shims: C that Swift cannot see by itself.
        .target(name: "CLinux", path: "Sources/Shims/CLinux"),
        .target(
            name: "CLadder",
            path: "Sources/Shims/CLadder",
            // Vectors need the optimiser in debug builds too, to stay in registers.
            cSettings: [.unsafeFlags(["-O2"])]
        ),
        .target(
            name: "CScan",
            path: "Sources/Shims/CScan",
            cSettings: [.unsafeFlags(["-O2"])]
        ),
        .target(
            name: "CUring",
            path: "Sources/Shims/CUring",
            linkerSettings: [.linkedLibrary("uring")]
        ),
        .target(
            name: "COpenSSL",
            path: "Sources/Shims/COpenSSL",
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]
        ),
        .target(
            name: "CZlib",
            path: "Sources/Shims/CZlib",
            linkerSettings: [.linkedLibrary("z")]
        ),

        // Ground
        module("Units", "Ground/Units", optimised: true),
        module("Containers", "Ground/Containers", ["CLinux"], optimised: true),
        module("Telemetry", "Ground/Telemetry", ["Units", "Containers", "CLinux"]),
        module("Invocation", "Ground/Invocation", ["CLinux"], hot: false),

        // Facts
        module("Book", "Facts/Book", ["Units", "Containers", "CLadder"], optimised: true),
        module("Orders", "Facts/Orders", ["Units", "Containers"], optimised: true),
        module("Wire", "Facts/Wire", ["Units"], optimised: true),
        module("Journal", "Facts/Journal", ["Book", "Orders", "Units", "Containers", "CLinux"]),

        // Decisions
        module("Costs", "Decisions/Costs", ["Book", "Orders", "Units"]),
        module("Risk", "Decisions/Risk", ["Orders", "Book", "Units"]),
        module("Algos", "Decisions/Algos", ["Costs", "Orders", "Book", "Units", "Containers"]),
        module(
            "Engine",
            "Decisions/Engine",
            ["Algos", "Risk", "Costs", "Orders", "Book", "Units", "Containers"]
        ),
        module(
            "Replay",
            "Decisions/Replay",
            ["Engine", "Algos", "Risk", "Journal", "Orders", "Book", "Units", "Containers"]
        ),

        // Edges
        module(
            "Venues",
            "Edges/Venues",
            ["Wire", "Orders", "Book", "Units", "COpenSSL", "CScan"]
        ),
        module(
            "Transport",
            "Edges/Transport",
            ["Wire", "Telemetry", "Containers", "Units", "CLinux", "CUring", "COpenSSL"]
        ),
        module("Lines", "Edges/Lines", ["Book", "Telemetry", "Units"]),
        module(
            "Recordings",
            "Edges/Recordings",
            ["Venues", "Wire", "Book", "Orders", "Units", "CZlib"],
            hot: false
        ),
        module(
            "Simulation",
            "Edges/Simulation",
            ["Orders", "Book", "Units", "Containers"],
            hot: false,
            optimised: true
        ),
        module(
            "LoopbackVenue",
            "Edges/LoopbackVenue",
            [
                "Simulation", "Recordings", "Venues", "Transport", "Wire", "Telemetry", "Orders",
                "Book", "Units", "Containers", "COpenSSL", "CLinux",
            ],
            hot: false
        ),
        module("Reports", "Edges/Reports", ["Costs", "Orders", "Telemetry", "Units"], hot: false),

        // Process
        module(
            "Runtime",
            "Process/Runtime",
            [
                "Engine", "Replay", "Journal", "Algos", "Risk", "Costs", "Venues", "Transport",
                "Lines", "Reports", "Wire", "Orders", "Book", "Telemetry", "Containers", "Units",
                "CLinux",
            ]
        ),
        .target(
            name: "Settings",
            dependencies: [
                "Runtime", "Venues", "Transport", "Journal", "Units",
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            path: "Sources/Process/Settings"
        ),
        module(
            "Doctor",
            "Process/Doctor",
            ["Transport", "Telemetry", "Units", "CLinux", "COpenSSL"],
            hot: false
        ),
        .executableTarget(
            name: "sluice",
            dependencies: [
                "Settings", "Doctor", "Runtime", "LoopbackVenue", "Simulation", "Recordings",
                "Reports", "Transport", "Venues", "Replay", "Journal", "Engine", "Algos", "Costs",
                "Orders", "Book", "Telemetry", "Invocation", "Units",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Process/sluice"
        ),

        // Benchmarks
        .target(name: "CAllocations", path: "Benchmarks/CAllocations"),
        .target(
            name: "CTwins",
            dependencies: ["CScan"],
            path: "Benchmarks/CTwins",
            cSettings: [.unsafeFlags(["-O3"], .when(configuration: .release))]
        ),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Engine", "Replay", "Journal", "Algos", "Risk", "Orders", "Book", "Units", "Wire",
                "Venues", "Transport", "Lines", "Recordings", "Simulation", "Telemetry",
                "Containers", "Invocation", "CLinux", "CAllocations", "CTwins", "CLadder",
                "COpenSSL", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/bench",
            swiftSettings: hot
        ),

        .executableTarget(
            name: "sluice-client",
            dependencies: ["Transport", "Wire", "Invocation", "Units", "CLinux"],
            path: "Benchmarks/peers/sluice-client",
            swiftSettings: hot
        ),

        // Tools
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Recordings", "Venues", "Replay", "Engine", "Algos", "Risk", "Journal", "Orders",
                "Book", "Wire", "Containers", "Invocation", "Units", "TestSupport", "CScan",
                "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tools/fuzz"
        ),
        .executableTarget(
            name: "torture",
            dependencies: [
                "Runtime", "LoopbackVenue", "Simulation", "Replay", "Journal", "Engine", "Algos",
                "Costs", "Risk", "Reports", "Venues", "Transport", "Lines", "Wire", "Orders",
                "Book", "Telemetry", "Invocation", "Units", "CLinux", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tools/tortures"
        ),
        .executableTarget(
            name: "wsecho",
            dependencies: [
                "Transport", "Invocation", "Units", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tools/wsecho"
        ),

        // Tests
        .target(
            name: "TestSupport",
            dependencies: ["Lines", "Book", "Orders", "Units", "CZlib"],
            path: "Tests/TestSupport",
            swiftSettings: optimised
        ),
        tests("UnitsTests", ["Units", "TestSupport"]),
        tests("ContainersTests", ["Containers", "Units"]),
        tests("TelemetryTests", ["Telemetry", "Units", "TestSupport"]),
        tests("BookTests", ["Book", "TestSupport", "Units", "CLadder"]),
        tests("OrdersTests", ["Orders", "TestSupport", "Units"], optimised: true),
        tests(
            "JournalTests",
            [
                "Journal", "Replay", "Engine", "Algos", "Costs", "Risk", "Simulation", "Containers",
                "Orders", "Book", "Units", "CLinux", "TestSupport",
            ],
            exclude: ["Golden"]
        ),
        tests("WireTests", ["Wire", "TestSupport", "Units"]),
        tests(
            "VenuesTests",
            ["Venues", "Wire", "Orders", "Book", "Units", "COpenSSL", "CScan", "TestSupport"]
        ),
        tests("RecordingsTests", ["Recordings", "Venues", "Book", "Units", "TestSupport"]),
        .target(name: "CForbid", path: "Tests/CForbid"),
        tests(
            "TransportTests",
            ["Transport", "Wire", "Units", "COpenSSL", "CLinux", "CForbid"]
        ),
        tests("LinesTests", ["Lines", "Book", "Telemetry", "Units", "TestSupport"]),
        tests("CostsTests", ["Costs", "Orders", "Units", "TestSupport"]),
        tests(
            "ReportsTests",
            [
                "Reports", "Costs", "Orders", "Telemetry", "Units", "Runtime", "LoopbackVenue",
                "Venues", "Engine", "Risk", "TestSupport",
            ]
        ),
        tests("AlgosTests", ["Algos", "Orders", "Book", "Units", "TestSupport"]),
        tests("RiskTests", ["Risk", "Orders", "Book", "Units", "TestSupport"]),
        tests(
            "EngineTests",
            ["Engine", "Algos", "Risk", "Costs", "Orders", "Book", "Units", "TestSupport"]
        ),
        tests(
            "AllocationTests",
            [
                "CAllocations", "Engine", "Algos", "Risk", "Orders", "Book", "Units", "Venues",
                "TestSupport",
            ]
        ),
        tests(
            "RuntimeTests",
            [
                "Runtime", "Replay", "Journal", "LoopbackVenue", "Reports", "Engine", "Lines",
                "Transport", "Orders",
                "Venues", "Telemetry", "Units", "CLinux",
            ]
        ),
        tests(
            "SluiceTests",
            ["LoopbackVenue", "Simulation", "Journal", "Orders", "Units", "TestSupport"]
        ),
        tests("BenchTests", ["bench"]),
        tests("SettingsTests", ["Settings", "Runtime", "Transport", "Venues", "Units"]),
        tests(
            "CommandTests",
            ["sluice", .product(name: "ArgumentParser", package: "swift-argument-parser")]
        ),
        tests("DoctorTests", ["Doctor", "Transport", "Units"]),
        .testTarget(
            name: "InteropTests",
            dependencies: ["LoopbackVenue", "Transport", "Units", "TestSupport"],
            path: "Tests/InteropTests",
            exclude: ["Clients", "Servers"]
        ),
        tests("TidyTests", []),
        tests("SimulationTests", ["Simulation", "Orders", "Book", "Units", "TestSupport"]),
        tests(
            "LoopbackVenueTests",
            [
                "LoopbackVenue", "Simulation", "Transport", "Venues", "Wire", "Orders", "Book",
                "Engine", "Algos", "Risk", "Costs", "Units", "TestSupport",
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
