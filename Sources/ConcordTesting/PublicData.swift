import Foundation

/// Test data that others publish, and that is not part of this project: editing traces and histories, and proofs and
/// signatures to compare with.
///
/// It is looked for in the folder that the environment variable `CONCORD_PUBLIC_DATA` names, otherwise in
/// `../shared/data` beside the project. A test that needs it says that it was skipped where it is not there. What it
/// shows is also shown by data of our own, generated or written for the project, which every test run has.
public enum PublicData {
    /// Names the folder; `docs/testing.md`, "Data of others".
    public static let variable = "CONCORD_PUBLIC_DATA"

    /// What a skipped test says.
    public static let advice =
        "the public data is not there: set \(variable) to its folder (docs/testing.md)"

    /// The path of a file of it, by its path in the folder; nil where it is not there.
    public static func file(_ path: String) -> String? {
        let file = folder.appendingPathComponent(path).path
        return FileManager.default.fileExists(atPath: file) ? file : nil
    }

    private static var folder: URL {
        if let named = ProcessInfo.processInfo.environment[variable], !named.isEmpty {
            return URL(fileURLWithPath: named)
        }
        // From Sources/ConcordTesting up to the folder that the project lies in.
        return (0..<4).reduce(URL(fileURLWithPath: #filePath)) { path, _ in
            path.deletingLastPathComponent()
        }.appendingPathComponent("shared/data")
    }
}
