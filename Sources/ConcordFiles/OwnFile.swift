#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A small file of Concord's own, under a name that Concord chose: a file next to a replica, a port
/// file.
///
/// In a folder in which others may write, somebody may have put a link to another person's file. So
/// links are not followed, and only files that Concord can have written are replaced.
public enum OwnFile {
    /// The bytes of a regular file; nil if there is none.
    ///
    /// - Parameter most: how many bytes it may have.
    /// - Throws: `FileFailure`, for example `notRegular` for a link.
    public static func read(_ path: String, most: Int) throws(FileFailure) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw FileFailure(system: "\(path) could not be read.")
        }
        defer { close(file) }
        let facts = try FileFacts(descriptor: file, path)
        guard facts.isRegular else { throw notRegular(path) }
        guard facts.size <= most else {
            throw FileFailure(
                .notOurs,
                "\(path) is larger than any file that Concord writes there. Move it away and try again."
            )
        }
        var bytes = [UInt8](repeating: 0, count: most)
        var length = 0
        while length < most {
            let count = bytes.withUnsafeMutableBytes { room in
                systemRead(file, room.baseAddress?.advanced(by: length), most - length)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure(system: "\(path) could not be read.") }
            if count == 0 { break }
            length += count
        }
        return Array(bytes[..<length])
    }

    /// Writes the bytes to a new file, or replaces one of ours.
    ///
    /// The file has all of the old bytes or all of the new ones, durably. Only its owner can read a new
    /// one; a replaced one keeps its permissions.
    ///
    /// - Parameters:
    ///   - mode: the permissions of a new file.
    ///   - isOurs: whether Concord can have written the bytes of the present file.
    /// - Throws: `FileFailure`; the file that was there is unchanged.
    public static func write(
        _ bytes: [UInt8],
        to path: String,
        mode: UInt32 = 0o600,
        replacing isOurs: ([UInt8]) -> Bool
    ) throws(FileFailure) {
        let old = try FileFacts(path)
        if let old {
            guard old.isRegular else { throw notRegular(path) }
            guard let held = try read(path, most: max(Int(old.size), 1)), isOurs(held) else {
                throw FileFailure(
                    .notOurs,
                    "\(path) was not written: the file there is not Concord's. Move it away"
                        + " and try again."
                )
            }
        }
        let draft = try DraftFile(beside: path, mode: old?.mode ?? mode, bytes)
        if old != nil { return try draft.replace(path) }
        guard try draft.place(at: path) else {
            throw FileFailure(
                .notOurs,
                "\(path) was not written: another program has just created a file of this name. Try again."
            )
        }
    }

    /// Writes a new file; a file that has the name already is not changed.
    ///
    /// - Returns: false if there is a file already.
    public static func create(_ path: String, _ bytes: [UInt8]) throws(FileFailure) -> Bool {
        try DraftFile(beside: path, mode: 0o600, bytes).place(at: path)
    }

    /// Writes over the bytes of a file of ours in place, without making them durable; creates it if there
    /// is none.
    ///
    /// For a file that is written after every commit: replacing a file by renaming makes some file systems
    /// flush it, which would cost each save as much as its commit. Only a file that has one name, belongs
    /// to this user and has the same length is overwritten; one of another length is replaced if it is
    /// ours.
    ///
    /// - Throws: `FileFailure`; the file that was there is unchanged.
    public static func writeInPlace(
        _ bytes: [UInt8],
        to path: String,
        replacing isOurs: ([UInt8]) -> Bool
    ) throws(FileFailure) {
        let what = "\(path) was not written."
        let file = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw FileFailure(system: what) }
            if try create(path, bytes) { return }
            throw FileFailure(
                .notOurs,
                "\(what) Another program has just created a file of this name. Try again."
            )
        }
        defer { close(file) }
        let facts = try FileFacts(descriptor: file, path)
        guard facts.isRegular else { throw notRegular(path) }
        if facts.size != bytes.count { return try write(bytes, to: path, replacing: isOurs) }
        guard facts.links == 1, facts.owner == geteuid() else {
            throw FileFailure(
                .notOurs,
                "\(what) The file there is not Concord's. Move it away and try again."
            )
        }
        let count = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
        guard count == bytes.count else { throw FileFailure(system: what) }
    }

    /// Whether a file of this name exists; a dangling link counts.
    public static func exists(_ path: String) throws(FileFailure) -> Bool {
        try FileFacts(path) != nil
    }

    /// Whether two names mean one file; a link counts as a separate file.
    public static func isSameFile(_ one: String, _ other: String) throws(FileFailure) -> Bool {
        guard let one = try FileFacts(one), let other = try FileFacts(other) else { return false }
        return one.isSameFile(as: other)
    }

    /// Gives a file another name in the same folder, which no file may have yet.
    ///
    /// - Returns: false if there is a file already; then nothing has changed.
    public static func move(_ path: String, to new: String) throws(FileFailure) -> Bool {
        if link(path, new) == 0 {
            try remove(path)
            return true
        }
        if errno == EEXIST { return false }
        // Some file systems know no second name of a file.
        guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK else {
            throw FileFailure(system: "\(path) was not moved.")
        }
        guard try FileFacts(new) == nil else { return false }
        guard rename(path, new) == 0 else { throw FileFailure(system: "\(path) was not moved.") }
        return true
    }

    /// Makes the names in the folder of a file survive a power cut.
    public static func makeDurable(folderOf path: String) throws(FileFailure) {
        try Folder.makeDurable(of: path)
    }

    /// Removes a file or a link; one that is not there is as good as removed.
    public static func remove(_ path: String) throws(FileFailure) {
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw FileFailure(system: "\(path) was not removed.")
    }

    private static func notRegular(_ path: String) -> FileFailure {
        FileFailure(
            .notRegular,
            "\(path) is a folder, a link or a device, and not a file of Concord's. Somebody may have put"
                + " it there to make Concord write elsewhere. Remove it and try again."
        )
    }
}

private func systemRead(_ file: Int32, _ room: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(file, room, count)
}
