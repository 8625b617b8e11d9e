import Foundation

/// The file itself, before SQLite touches it.
enum ReplicaFile {
    /// Makes an empty file that only its owner can read, where nothing stands yet.
    static func make(at path: String) throws {
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            return
        }
        throw StorageFailure(code(of: errno), while: "making the replica", path, cause: POSIX())
    }

    /// Removes a replica that could not be finished.
    static func remove(_ path: String) throws {
        for name in [path, path + "-wal", path + "-shm"] where unlink(name) != 0 && errno != ENOENT
        {
            throw StorageFailure(code(of: errno), while: "removing", name, cause: POSIX())
        }
    }

    /// Refuses what is no replica by its first bytes, so that another program's database stays as it
    /// is.
    static func check(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StorageFailure(code(of: errno), while: "opening", path, cause: POSIX())
        }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &header, header.count)
        guard count >= 0 else {
            throw StorageFailure(code(of: errno), while: "opening", path, cause: POSIX())
        }
        let magic = Array("SQLite format 3".utf8) + [0]
        guard count == header.count, header.starts(with: magic) else {
            throw StorageFailure(.corrupted, while: "opening", path)
        }
        let id = header[68..<72].reduce(0) { $0 << 8 | Int($1) }
        guard id == Tables.applicationID else {
            throw StorageFailure(.notAReplica, while: "opening", path)
        }
        try checkSize(descriptor, header, path)
    }

    /// Refuses a file that is shorter than it says, unless newer pages wait beside it.
    private static func checkSize(_ descriptor: Int32, _ header: [UInt8], _ path: String) throws {
        let stored = header[16..<18].reduce(0) { $0 << 8 | Int($1) }
        let pageSize = stored == 1 ? 65_536 : stored
        let pages = header[28..<32].reduce(0) { $0 << 8 | Int($1) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else {
            throw StorageFailure(code(of: errno), while: "opening", path, cause: POSIX())
        }
        var beside = stat()
        let hasWAL = stat(path + "-wal", &beside) == 0 && beside.st_size > 0
        if !hasWAL, Int(facts.st_size) < pages * pageSize {
            throw StorageFailure(.corrupted, while: "opening", path)
        }
    }

    private static func code(of error: Int32) -> StorageFailure.Code {
        switch error {
        case ENOENT, ENOTDIR: .notFound
        case EEXIST: .alreadyExists
        case EACCES, EPERM, EROFS: .readOnly
        case ENOSPC, EDQUOT: .diskFull
        default: .io
        }
    }

    /// The last error of the system.
    private struct POSIX: Error, CustomStringConvertible {
        let description = String(cString: strerror(errno))
    }
}
