#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes a person's output to the file that they named: a report, an exported log, a bundle.
///
/// This is the one way to honour an option such as `--output FILE`:
///
///     do {
///         try OutputFile.write(Array(html.utf8), to: path)
///     } catch {
///         // error.message says what happened and what to do; error.code decides on the exit status.
///     }
///
/// What must hold: a replica, a key, a database or a file next to them is never replaced, and neither is
/// a folder, a link or a device. The old file is complete until the new one is complete and durable.
/// Only its owner can read a new file, since what Concord writes is confidential; a replaced file keeps
/// its permissions. Standard output (`-`) is the caller's business.
public enum OutputFile {
    /// Writes the bytes to a new file, or replaces an ordinary one.
    ///
    /// - Throws: `FileFailure`, for example `protected` or `notRegular`; the file that was there is
    ///   unchanged.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileFailure) {
        try requireUsable(path)
        let old = try FileFacts(path)
        let draft = try DraftFile(beside: path, mode: old?.mode ?? 0o600, bytes)
        guard let old else {
            if try draft.place(at: path) { return }
            throw FileFailure(
                .notOurs,
                "\(path) was not written: another program has just created a file of this name. Try again."
            )
        }
        // What was examined is what is replaced.
        guard let now = try FileFacts(path), now.isSameFile(as: old) else {
            draft.discard()
            throw FileFailure(
                .notOurs,
                "\(path) was not written: another program has just changed it. Try again."
            )
        }
        try draft.replace(path)
    }

    /// Says, before anything is computed, whether a file may be written there; `write` asks again.
    ///
    /// - Throws: `FileFailure` with what `write` would throw.
    public static func requireUsable(_ path: String) throws(FileFailure) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw FileFailure(.notFound, "The name of the file is empty. Name a file.")
        }
        try requireNoPart(of: path)
        guard let facts = try FileFacts(path) else { return }
        guard facts.isRegular else {
            throw FileFailure(
                .notRegular,
                "\(path) was not written: there is a folder, a link or a device there, and not a regular"
                    + " file. Name another file."
            )
        }
        guard access(path, W_OK) == 0 else {
            throw FileFailure(system: "\(path) was not written.")
        }
        if try ProtectedFile.isProtected(path) { throw protected(path) }
    }

    /// Refuses names that belong to a replica or database, whether or not a file stands there now.
    private static func requireNoPart(of path: String) throws(FileFailure) {
        for suffix in FileBeside.allCases.map(\.rawValue) {
            if path.hasSuffix(suffix), try FileFacts(String(path.dropLast(suffix.count))) != nil {
                throw protected(path)
            }
        }
        // A database that is in use is recognized by the files next to it: opening and closing it
        // would end the locks that this process itself may hold on it.
        for part in [FileBeside.writeAheadLog, .sharedMemory, .lock]
        where try FileFacts(part.of(path)) != nil {
            throw protected(path)
        }
    }

    private static func protected(_ path: String) -> FileFailure {
        FileFailure(
            .protected,
            "\(path) was not written: it is a replica, a key or a database, or belongs to one. Name"
                + " another file."
        )
    }
}

/// Tells files that hold what exists nowhere else.
enum ProtectedFile {
    private static let sqlite = Array("SQLite format 3".utf8) + [0]
    /// The write-ahead log of SQLite, in either order of bytes.
    private static let logs: [[UInt8]] = [[0x37, 0x7F, 0x06, 0x82], [0x37, 0x7F, 0x06, 0x83]]
    private static let key = Array("PRIVATE KEY-----".utf8)

    /// Whether the file is a database or a private key, by its contents.
    static func isProtected(_ path: String) throws(FileFailure) -> Bool {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw FileFailure(system: "\(path) was not written.") }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw FileFailure(system: "\(path) was not written.") }
        let head = bytes.prefix(count)
        return head.starts(with: sqlite) || logs.contains { head.starts(with: $0) }
            || holdsKey(head)
    }

    private static func holdsKey(_ head: ArraySlice<UInt8>) -> Bool {
        head.indices.contains { head[$0] == key[0] && head[$0...].starts(with: key) }
    }
}
