// swift-tools-version: 6.2
import PackageDescription

// A package of its own, since the fuzzer brings the program's entry point: in the ordinary build it would
// be one too many. What is fuzzed lies in Targets, a target of the project itself, so that the tests run
// the same code over what was found. Tools/fuzz/run builds and starts this.
let package = Package(
    name: "concord-fuzz",
    dependencies: [.package(name: "concord", path: "../..")],
    targets: [
        .executableTarget(
            name: "ConcordFuzz",
            dependencies: [.product(name: "ConcordFuzzing", package: "concord")],
            path: "Main",
            swiftSettings: [.swiftLanguageMode(.v6), .unsafeFlags(["-parse-as-library"])]
        )
    ]
)
