import Foundation

/// A folder of its own for one test, which is removed with the value that holds it.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String

    /// Makes one.
    ///
    /// - Throws: the system's error if there is no room for it.
    public init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("concord-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            // The system removes temporary files; a test has nothing to do with that.
        }
    }

    /// The path of a file in it, which need not exist.
    public func file(_ name: String) -> String { path + "/" + name }

    /// The names of the files in it, sorted.
    public var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}
