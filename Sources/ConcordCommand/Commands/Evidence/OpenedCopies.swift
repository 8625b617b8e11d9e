import Concord
import ConcordFiles
import Foundation

/// The copies of evidence that other programs show.
///
/// Each is in a folder of its own that only this user can look into. When a viewer is done with one, nobody tells; so
/// copies that are older than a day are removed when the next one is made.
enum OpenedCopies {
    private static let beginning = "concord-open-"
    private static let dayInSeconds: TimeInterval = 24 * 3600

    /// Makes a copy of a file.
    ///
    /// - Returns: where it is.
    static func make(of file: EvidenceFile) throws -> String {
        let root = FileManager.default.temporaryDirectory
        try removeOld(in: root.path)
        let folder = root.appendingPathComponent(beginning + UUID().uuidString)
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        let path = folder.appendingPathComponent(file.name).path
        try file.replica.evidence.export(file.file, to: path, modifiedAt: file.modifiedAt)
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
        return path
    }

    private static func removeOld(in root: String) throws {
        for name in try FolderNames.list(root) where name.hasPrefix(beginning) {
            let path = root + "/" + name
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            guard (facts[.ownerAccountID] as? NSNumber)?.uint32Value == geteuid(),
                let made = facts[.modificationDate] as? Date,
                Date().timeIntervalSince(made) > dayInSeconds
            else { continue }
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// Lets the system's program open a file.
    ///
    /// - Returns: the program.
    static func open(_ path: String) throws -> String {
        let given = ProcessInfo.processInfo.environment["CONCORD_OPEN"] ?? ""
        #if canImport(Darwin)
        let program = given.isEmpty ? "open" : given
        #else
        let program = given.isEmpty ? "xdg-open" : given
        #endif
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program, path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw notOpened(program, path)
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw notOpened(program, path) }
        return program
    }

    private static func notOpened(_ program: String, _ path: String) -> CommandFailure {
        CommandFailure(
            .noViewer,
            "\(program) did not open the file",
            next: "The copy is \(path). Name another program in CONCORD_OPEN, or use"
                + " `concord evidence export`."
        )
    }
}
