import Concord
import ConcordFiles
import Foundation
import Synchronization

/// A replica on media that cannot be written, such as a DVD or somebody else's backup, made readable.
///
/// SQLite needs to write beside a file even to read it while others may write. So what only reads works
/// on a copy in a folder of its own, which nobody else can enter and which goes with the process; what
/// saves is refused, since a save in a copy would be lost.
enum ReadOnlyCopy {
    private static let folders = Mutex<[String]>([])

    /// Whether a replica and the folder around it can only be read.
    static func isNeeded(for path: String) -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return false }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        return access(path, W_OK) != 0 || access(folder, W_OK) != 0
    }

    /// Copies a replica with what belongs to it; gives the copy's path.
    ///
    /// - Throws: `CommandFailure` where it cannot be read, or there is no room.
    static func make(of path: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("concord-reading-" + UUID().uuidString)
        do {
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            if folders.withLock({
                $0.append(folder.path)
                return $0.count == 1
            }) {
                atexit { ReadOnlyCopy.removeAll() }
            }
            let copy = folder.appendingPathComponent(URL(fileURLWithPath: path).lastPathComponent)
            let parts = [FileBeside.writeAheadLog, .key, .newestDiff, .inbox, .server]
                .map(\.rawValue)
            try RegularFile.require(path, withParts: parts)
            for suffix in [""] + parts
            where FileManager.default.fileExists(atPath: path + suffix) {
                try FileManager.default.copyItem(atPath: path + suffix, toPath: copy.path + suffix)
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600],
                    ofItemAtPath: copy.path + suffix
                )
            }
            // Files of evidence may be large, and are only read: they stay where they are.
            let files = FileBeside.files.of(path)
            if FileManager.default.fileExists(atPath: files) {
                try FileManager.default.createSymbolicLink(
                    atPath: FileBeside.files.of(copy.path),
                    withDestinationPath: URL(fileURLWithPath: files).path
                )
            }
            return copy.path
        } catch let failure as FileFailure {
            throw failure
        } catch {
            throw CommandFailure(
                .readOnly,
                "\(path) can only be read, and Concord could not make a temporary copy of it",
                next: "Are its files readable, and is there room in the folder for temporary files?"
            )
        }
    }

    /// Removes the copies, at the end of the process.
    private static func removeAll() {
        for folder in folders.withLock({ $0 }) {
            do {
                try FileManager.default.removeItem(atPath: folder)
            } catch {
                Output.note("A copy could not be removed: \(folder)")
            }
        }
    }
}
