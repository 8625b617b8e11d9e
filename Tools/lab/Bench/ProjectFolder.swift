import Foundation

/// The folder of the sources: benchmarks run scripts that lie there.
enum ProjectFolder {
    /// What is wrong with the program's location.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Looks upwards from the working folder, then from the program's own.
    static func find() throws -> URL {
        let places = [
            URL(fileURLWithPath: FileManager.default.currentDirectoryPath),
            Bundle.main.bundleURL,
        ]
        for place in places {
            var folder = place.standardizedFileURL
            while folder.path != "/" {
                if isProject(folder) { return folder }
                folder.deleteLastPathComponent()
            }
        }
        throw Failure(
            description:
                "neither the working folder nor the program lies within Concord's sources; "
                + "change to the folder that has Package.swift and Tools/lab."
        )
    }

    private static func isProject(_ folder: URL) -> Bool {
        ["Package.swift", "Tools/lab", "Tools/bench"].allSatisfy {
            FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
        }
    }
}
