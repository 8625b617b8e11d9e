#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file under a name of its own, in the folder where it is to stand in the end.
///
/// It is written and made durable there first: anyone who looks at the final name sees the old contents or the
/// new ones, whatever happens meanwhile. The name is new (`O_EXCL`) and never a link (`O_NOFOLLOW`), so
/// nobody who may write in the folder can lead the bytes elsewhere.
struct DraftFile {
    let path: String

    /// Writes a draft next to `target`.
    ///
    /// - Parameter mode: the rights of the file, whatever the process's mask says.
    init(beside target: String, mode: UInt32, _ bytes: [UInt8]) throws(FileFailure) {
        let name = ".concord-\(getpid())-\(UInt64.random(in: .min ... .max)).new"
        path = Folder.of(target) + "/" + name
        let what = "\(target) was not written."
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FileFailure(system: what) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                systemWrite(file, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw abandoned(what) }
            written += count
        }
        guard fchmod(file, mode_t(mode)) == 0, fsync(file) == 0 else { throw abandoned(what) }
    }

    private func abandoned(_ what: String) -> FileFailure {
        let failure = FileFailure(system: what)
        discard()
        return failure
    }

    /// Removes the draft.
    func discard() { unlink(path) }

    /// Gives the draft its final name, where nothing may stand.
    ///
    /// - Returns: false if something stands there by now; the draft is removed then.
    func place(at target: String) throws(FileFailure) -> Bool {
        defer { discard() }
        if link(path, target) != 0 {
            if errno == EEXIST { return false }
            // Some file systems, those of memory sticks for example, know no second name of a file.
            guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK else {
                throw FileFailure(system: "\(target) was not written.")
            }
            guard try FileFacts(target) == nil else { return false }
            guard rename(path, target) == 0 else {
                throw FileFailure(system: "\(target) was not written.")
            }
        }
        try Folder.makeDurable(of: target)
        return true
    }

    /// Gives the draft its final name, in the place of the file that stands there.
    func replace(_ target: String) throws(FileFailure) {
        guard rename(path, target) == 0 else {
            throw abandoned("\(target) was not written.")
        }
        try Folder.makeDurable(of: target)
    }
}

/// The folder of a path.
enum Folder {
    static func of(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes the names in the folder of a file survive a power cut.
    static func makeDurable(of path: String) throws(FileFailure) {
        let folder = of(path)
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw FileFailure(system: "\(folder) could not be opened.") }
        defer { close(file) }
        // Some file systems cannot, and need not.
        guard fsync(file) == 0 || errno == EINVAL || errno == EROFS else {
            throw FileFailure(system: "\(path) may not survive a power cut.")
        }
    }
}

/// What stands under a name, without following a link there.
struct FileFacts: Equatable {
    let device: UInt64
    let inode: UInt64
    let isRegular: Bool
    /// The rights alone.
    let mode: UInt32
    let links: UInt64
    let owner: UInt32
    let size: Int64

    /// What stands under a name; nil where nothing does.
    init?(_ path: String) throws(FileFailure) {
        var facts = stat()
        guard lstat(path, &facts) == 0 else {
            if errno == ENOENT { return nil }
            throw FileFailure(system: "\(path) could not be examined.")
        }
        self.init(facts)
    }

    /// What is open.
    init(descriptor: Int32, _ path: String) throws(FileFailure) {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else {
            throw FileFailure(system: "\(path) could not be examined.")
        }
        self.init(facts)
    }

    private init(_ facts: stat) {
        device = UInt64(truncatingIfNeeded: facts.st_dev)
        inode = UInt64(truncatingIfNeeded: facts.st_ino)
        isRegular = facts.st_mode & S_IFMT == S_IFREG
        mode = UInt32(facts.st_mode) & 0o7777
        links = UInt64(truncatingIfNeeded: facts.st_nlink)
        owner = facts.st_uid
        size = Int64(facts.st_size)
    }

    /// Whether both are one file, whatever it is called.
    func isSameFile(as other: FileFacts) -> Bool {
        device == other.device && inode == other.inode
    }
}

private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(file, bytes, count)
}
