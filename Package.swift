// swift-tools-version: 6.2
import PackageDescription

// With CONCORD_CORE=1 everything that needs the network packages is left out: the core then builds in a
// minute and tests in seconds, which also proves that a mobile client gets no NIO.
let isCore = Context.environment["CONCORD_CORE"] == "1"

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

func house(
    _ name: String,
    _ dependencies: [Target.Dependency],
    path: String? = nil
) -> Target {
    .target(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        swiftSettings: settings
    )
}

/// A program that shows how to embed Concord.
func sample(_ name: String, _ dependencies: [Target.Dependency], in folder: String) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies,
        path: "docs/samples/" + folder,
        swiftSettings: settings
    )
}

/// What exchanges diffs and merges none.
let diffs: [Target.Dependency] = ["ConcordDiff", "ConcordModel", "ConcordEncoding"]
let values = diffs + ["ConcordText", "ConcordMerge"]
let grdb: [Target.Dependency] = [
    .product(name: "GRDB", package: "GRDB.swift"),
    .product(name: "GRDBSQLite", package: "GRDB.swift"),
]

var products: [Product] = [
    .library(name: "Concord", targets: ["Concord"]),
    // For the tests of an app that embeds Concord: a server in memory, random numbers from a seed.
    .library(name: "ConcordTesting", targets: ["ConcordTesting"]),
]
// Tools/fuzz, a package of its own, takes from here what it fuzzes.
if Context.environment["CONCORD_FUZZ"] == "1" {
    products.append(.library(name: "ConcordFuzzing", targets: ["ConcordFuzzing"]))
}
var dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0")
]
// With CONCORD_DOCS=1, the command plugin that builds the articles and the reference:
// `CONCORD_DOCS=1 CONCORD_CORE=1 swift package generate-documentation --target Concord`. No build needs it, and
// an app that embeds Concord does not load it.
if Context.environment["CONCORD_DOCS"] == "1" {
    dependencies.append(
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")
    )
}
var targets: [Target] = [
    .systemLibrary(
        name: "CLibCrypto",
        pkgConfig: "libcrypto",
        providers: [.apt(["libssl-dev"])]
    ),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CMachine"),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .target(name: "CCatalogues", exclude: ["data"]),
    house("ConcordFiles", []),
    house("ConcordEncoding", ["CLibCrypto"]),
    house("ConcordModel", ["ConcordEncoding", "CCatalogues"]),
    house("ConcordDiff", ["ConcordModel", "ConcordEncoding"]),
    house("ConcordEvidence", ["ConcordEncoding", "ConcordFiles", "ConcordModel"]),
    house("ConcordText", []),
    house("ConcordMerge", diffs + ["ConcordText"]),
    house("ConcordAudit", values),
    house("ConcordSigning", diffs + ["ConcordFiles", "CLibCrypto"]),
    house("ConcordStorage", values + ["ConcordEvidence", "ConcordFiles", "CSQLite"] + grdb),
    house("ConcordHTTPSignatures", ["ConcordEncoding"]),
    house("ConcordSync", diffs + ["ConcordHTTPSignatures"]),
    house("ConcordHTTP", diffs + ["ConcordSync", "CZlib"]),
    house(
        "ConcordTesting",
        diffs + [
            "CMachine", "Concord", "ConcordEvidence", "ConcordSigning", "ConcordStorage",
            "ConcordSync", "ConcordText",
        ]
    ),
    house(
        "Concord",
        values + [
            "ConcordAudit", "ConcordEvidence", "ConcordFiles", "ConcordSigning", "ConcordStorage",
            "ConcordSync",
        ]
    ),
    house(
        "ConcordSimulation",
        values + [
            "Concord", "ConcordAudit", "ConcordSigning", "ConcordStorage", "ConcordSync",
            "ConcordTesting",
        ],
        path: "Tools/simulation"
    ),
    house(
        "ConcordFuzzing",
        values + [
            "Concord", "ConcordSigning", "ConcordStorage", "ConcordSync", "ConcordTesting", "CZlib",
        ],
        path: "Tools/fuzz/Targets"
    ),
    sample("SampleCapture", ["Concord"], in: "capture"),
    sample("SampleConflictDesk", ["Concord", "ConcordTesting"], in: "conflict-desk"),
    sample("SampleBackgroundSync", ["Concord", "ConcordTesting"], in: "background-sync"),
    tests("CZlibTests", ["CZlib"]),
    tests("ConcordFilesTests", ["ConcordFiles", "ConcordTesting"]),
    tests("ConcordEncodingTests", ["ConcordEncoding", "ConcordTesting"]),
    tests("ConcordModelTests", ["ConcordModel", "ConcordEncoding"]),
    tests(
        "ConcordEvidenceTests",
        [
            "ConcordEncoding", "ConcordEvidence", "ConcordFiles", "ConcordModel", "ConcordTesting",
        ]
    ),
    tests("ConcordMergeTests", values + ["ConcordTesting", "CZlib"]),
    tests("ConcordAuditTests", values + ["ConcordAudit", "ConcordTesting"]),
    tests("ConcordSigningTests", diffs + ["ConcordSigning", "ConcordTesting"]),
    tests(
        "ConcordStorageTests",
        values + ["ConcordEvidence", "ConcordFiles", "ConcordStorage", "ConcordTesting"] + grdb
    ),
    tests(
        "ConcordHTTPSignaturesTests",
        diffs + ["ConcordHTTPSignatures", "ConcordSigning", "ConcordTesting"]
    ),
    tests("ConcordSyncTests", diffs + ["ConcordSync", "ConcordSigning", "ConcordTesting"]),
    tests("ConcordProtocolTests", values + ["Concord", "ConcordSigning", "ConcordSync"]),
    tests("ConcordSimulationTests", values + ["ConcordSimulation"]),
    tests("ConcordFuzzingTests", ["ConcordFuzzing", "ConcordTesting"]),
    tests(
        "ConcordTests",
        values + [
            "Concord", "ConcordAudit", "ConcordEvidence", "ConcordFiles", "ConcordSigning",
            "ConcordStorage", "ConcordSync", "ConcordTesting", "SampleBackgroundSync",
            "SampleCapture",
            "SampleConflictDesk",
        ] + grdb
    ),
]

if !isCore {
    let arguments = Target.Dependency.product(
        name: "ArgumentParser",
        package: "swift-argument-parser"
    )
    let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
    let lifecycle = Target.Dependency.product(
        name: "ServiceLifecycle",
        package: "swift-service-lifecycle"
    )
    let signals = Target.Dependency.product(
        name: "UnixSignals",
        package: "swift-service-lifecycle"
    )
    let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
    let hummingbirdCore = Target.Dependency.product(
        name: "HummingbirdCore",
        package: "hummingbird"
    )
    let hummingbirdTLS = Target.Dependency.product(
        name: "HummingbirdTLS",
        package: "hummingbird"
    )
    let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
    let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
    let nioHTTPTypes = Target.Dependency.product(
        name: "NIOHTTPTypes",
        package: "swift-nio-extras"
    )
    let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
    let http = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
    let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")

    products += [
        .executable(name: "concord", targets: ["ConcordCommand"]),
        .executable(name: "concord-server", targets: ["ConcordServerCommand"]),
        .executable(name: "concord-lab", targets: ["ConcordLab"]),
    ]
    dependencies += [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ]
    targets += [
        house(
            "ConcordReports",
            [
                "ConcordModel", "ConcordEncoding",
                .product(name: "Mustache", package: "swift-mustache"),
            ]
        ),
        house(
            "ConcordSyncClient",
            diffs + ["ConcordHTTP", "ConcordSync", http, nioCore, nioHTTP1, nioSSL, logging]
        ),
        house(
            "ConcordSyncServer",
            diffs + [
                "ConcordEvidence", "ConcordFiles", "ConcordHTTP", "ConcordHTTPSignatures",
                "ConcordSync", "ConcordSigning", "CSQLite", "CMachine",
                hummingbird, hummingbirdCore, hummingbirdTLS,
                httpTypes, nioCore, nioHTTPTypes, nioSSL, logging, lifecycle,
            ] + grdb
        ),
        .executableTarget(
            name: "ConcordCommand",
            dependencies: values + [
                "Concord", "ConcordAudit", "ConcordEvidence", "ConcordFiles", "ConcordSync",
                "ConcordSyncClient", "ConcordReports",
                arguments, logging,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "ConcordServerCommand",
            dependencies: [
                "ConcordSyncServer", "ConcordEncoding", "ConcordFiles", "ConcordSigning", arguments,
                logging, lifecycle, signals,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "ConcordLab",
            dependencies: values + [
                "Concord", "ConcordHTTP", "ConcordSigning", "ConcordStorage", "ConcordSync",
                "ConcordSyncClient", "ConcordSimulation", "ConcordTesting",
                "CZlib", arguments, http, nioCore, nioHTTP1,
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            path: "Tools/lab",
            swiftSettings: settings
        ),
        tests("ConcordReportsTests", ["ConcordReports", "ConcordModel", "ConcordEncoding"]),
        tests(
            "ConcordSyncServerTests",
            values + [
                "Concord", "ConcordEvidence", "ConcordTesting",
                "ConcordHTTP", "ConcordHTTPSignatures", "ConcordSync", "ConcordSigning",
                "ConcordSyncServer", "ConcordSyncClient",
                "ConcordServerCommand", "CZlib", hummingbird, hummingbirdTLS, httpTypes, nioCore,
                nioSSL, logging, lifecycle, arguments,
            ] + grdb
        ),
        tests(
            "ConcordCommandTests",
            values + [
                "Concord", "ConcordCommand", "ConcordSync", "ConcordLab", "ConcordSimulation",
                "ConcordTesting", "CZlib",
                arguments,
            ]
        ),
    ]
}

let package = Package(
    name: "concord",
    // What Swift's own `Mutex` needs. `docs/embedding.md` names them.
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: products,
    dependencies: dependencies,
    targets: targets
)
