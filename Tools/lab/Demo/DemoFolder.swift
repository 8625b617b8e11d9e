import Foundation

/// The folder with everything that the demo makes; a run begins with an empty one.
struct DemoFolder {
    private static let marker = ".concord-demo"

    let path: String

    /// Makes the folder again. One that is no demo's is left alone.
    init(_ path: String) throws {
        let files = FileManager.default
        let url = URL(fileURLWithPath: path)
        self.path = url.path
        if files.fileExists(atPath: url.path) {
            let isOurs = files.fileExists(atPath: url.appendingPathComponent(Self.marker).path)
            let isEmpty = (try files.contentsOfDirectory(atPath: url.path)).isEmpty
            guard isOurs || isEmpty else {
                throw DemoFailure(
                    "\(url.path) holds something that no demo has made; name another --folder"
                )
            }
            try files.removeItem(at: url)
        }
        try files.createDirectory(at: url, withIntermediateDirectories: true)
        try Data("The next demo starts this folder afresh.\n".utf8)
            .write(to: url.appendingPathComponent(Self.marker))
    }

    /// A folder in it, made if need be.
    func folder(_ name: String) throws -> String {
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url.path
    }

    /// A file in it.
    func file(_ name: String) -> String {
        URL(fileURLWithPath: path).appendingPathComponent(name).path
    }
}
