import ConcordFiles
import Foundation

/// The files that somebody named to be added, with those of the folders among them.
struct FileSources {
    /// Where bytes come from.
    enum Source {
        case file(String)
        case standardInput

        var name: String {
            switch self {
            case .file(let path): path
            case .standardInput: "standard input"
            }
        }
    }

    let all: [Source]
    var count: Int { all.count }

    /// - Parameter names: paths, or `-`.
    init(_ names: [String]) throws {
        var all: [Source] = []
        for name in names {
            if name == "-" {
                all.append(.standardInput)
            } else if Self.isFolder(name) {
                let files = try Self.files(in: name)
                guard !files.isEmpty else {
                    throw CommandFailure(
                        .notFound,
                        "the folder \(name) holds no files",
                        next:
                            "Names that begin with a dot are left out. Name a file, or another folder."
                    )
                }
                all += files.map { .file($0) }
            } else {
                all.append(.file(name))
            }
        }
        self.all = all
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// The files of a folder and of those in it, sorted; no links, which may lead anywhere.
    private static func files(in folder: String) throws -> [String] {
        var files: [String] = []
        for name in try FolderNames.list(folder) where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            switch facts[.type] as? FileAttributeType {
            case .typeDirectory: files += try Self.files(in: path)
            case .typeRegular: files.append(path)
            default: continue
            }
        }
        return files
    }

    /// Reads the next bytes of standard input; none at its end.
    static func readStandardInput(most: Int) throws -> [UInt8] {
        try FileHandle.standardInput.read(upToCount: most).map { [UInt8]($0) } ?? []
    }
}

/// Numbers of bytes as people read them.
enum ByteCount {
    /// A number of bytes, as `3 MB`, `812 kB` or `17 bytes`.
    static func words(_ bytes: Int) -> String {
        let (number, unit) = parts(bytes)
        return "\(number) \(unit)"
    }

    /// A part of a whole in the whole's unit, as `3 of 12 MB`.
    static func words(_ part: Int, of whole: Int) -> String {
        let (number, unit) = parts(whole)
        return "\(digits(part, in: unit)) of \(number) \(unit)"
    }

    private static let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)]

    private static func parts(_ bytes: Int) -> (number: String, unit: String) {
        let unit = units.first { bytes >= $0.1 }?.0 ?? (bytes == 1 ? "byte" : "bytes")
        return (digits(bytes, in: unit), unit)
    }

    /// Rounded down, so that nothing unfinished looks finished; one decimal below ten.
    private static func digits(_ bytes: Int, in unit: String) -> String {
        guard let scale = units.first(where: { $0.0 == unit })?.1 else { return "\(bytes)" }
        let tenths = bytes * 10 / scale
        return tenths >= 100 || tenths % 10 == 0
            ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
