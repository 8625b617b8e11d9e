import Foundation

/// Where the replicas of this device are: the XDG data folder.
///
/// `$XDG_DATA_HOME/concord/NAME.concord`, with the device's key and guard beside it. A relative
/// XDG_DATA_HOME is ignored, as its specification asks.
struct DataFolder {
    static let suffix = ".concord"
    /// The longest name of an engagement: with the endings of the files beside it a file name still.
    static let nameBytesMax = 200

    let path: String

    /// The folder of this device.
    static var standard: DataFolder {
        let environment = ProcessInfo.processInfo.environment
        let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"] ?? NSHomeDirectory()
        return DataFolder(path: (data ?? home + "/.local/share") + "/concord")
    }

    /// The file of an engagement.
    func file(of name: String) -> String { "\(path)/\(name)\(Self.suffix)" }

    /// The engagements that are here, by name.
    func names() throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            return []
        }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
                .filter { $0.hasSuffix(Self.suffix) }
                .map { String($0.dropLast(Self.suffix.count)) }
                .filter { !$0.isEmpty }
                .sorted()
        } catch {
            throw CommandFailure(
                .dataFolderUnreadable,
                "the folder \(path) cannot be read",
                next: "Check its permissions, or name another one in XDG_DATA_HOME."
            )
        }
    }

    /// Makes the folder if it is not there.
    func create() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw CommandFailure(
                .dataFolder,
                "the folder \(path) cannot be created",
                next: "Name another one in XDG_DATA_HOME, or a file with --replica."
            )
        }
    }

    /// A name that is legal as a file name, made from any text.
    static func name(from text: String) -> String {
        let words = text.lowercased().map { character in
            character.isASCII && (character.isLetter || character.isNumber) ? character : " "
        }
        let name = String(words).split(separator: " ").joined(separator: "-").prefix(60)
        return name.isEmpty ? "engagement" : String(name)
    }
}
